-- +goose Up
CREATE TABLE t (n);

-- +goose Down
DROP TABLE t;
