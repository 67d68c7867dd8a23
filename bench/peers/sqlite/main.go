// Queries SQLite for each event on AWS's own Go client: one database in memory, one prepared statement.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/mattn/go-sqlite3"
)

type query struct {
	statement *sql.Stmt
	// One event at a time: there is one connection.
	lock  sync.Mutex
	event []byte
}

func (q *query) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.event = event
	rows, err := q.statement.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values := make([]any, len(columns))
	places := make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	row := map[string]any{}
	if rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		for i, column := range columns {
			row[column] = values[i]
		}
	}
	return json.Marshal(row)
}

func main() {
	text, err := os.ReadFile(filepath.Join(os.Getenv("LAMBDA_TASK_ROOT"), os.Getenv("_HANDLER")+".sql"))
	if err != nil {
		log.Fatal(err)
	}
	q := &query{}
	sql.Register("sqlite3_with_event", &sqlite3.SQLiteDriver{
		ConnectHook: func(conn *sqlite3.SQLiteConn) error {
			return conn.RegisterFunc("event", func(path string) string { return string(q.event) }, false)
		},
	})
	db, err := sql.Open("sqlite3_with_event", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if q.statement, err = db.Prepare(string(text)); err != nil {
		log.Fatal(err)
	}
	lambda.StartHandler(q)
}
