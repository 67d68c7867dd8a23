// Decodes answers into the types of aws-lambda-go: lines of {"kind":…,"answer":BASE64} in, lines of {"malformed":…} out.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
)

type question struct {
	Kind   string `json:"kind"`
	Answer []byte `json:"answer"`
}

// Payload 2.0 takes anything but an object with a status for the body.
func isBody(answer []byte) bool {
	var object map[string]json.RawMessage
	if json.Unmarshal(answer, &object) != nil {
		return true
	}
	_, found := object["statusCode"]
	return !found
}

// A null is nothing to decode for Go, and no object for a front door.
func decode(answer []byte, target any) bool {
	return !bytes.Equal(bytes.TrimSpace(answer), []byte("null")) && json.Unmarshal(answer, target) == nil
}

func wellFormed(kind string, answer []byte) bool {
	switch kind {
	case "http":
		return isBody(answer) || decode(answer, &events.APIGatewayV2HTTPResponse{})
	case "url":
		return isBody(answer) || decode(answer, &events.LambdaFunctionURLResponse{})
	case "alb", "alb-multi":
		return decode(answer, &events.ALBTargetGroupResponse{})
	default:
		return decode(answer, &events.APIGatewayProxyResponse{})
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		fmt.Printf("{\"malformed\":%t}\n", !wellFormed(asked.Kind, asked.Answer))
	}
}
