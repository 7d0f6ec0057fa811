// Calls the code of the page on each case, and prints whether it took the request.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"receiving/receiver"
)

type testCase struct {
	Key     string
	Headers map[string]string
	Body    []byte
}

func (c testCase) isTaken() bool {
	header := http.Header{}
	for name, value := range c.Headers {
		header.Set(name, value)
	}
	if strings.HasPrefix(c.Key, "whpk_") {
		return receiver.IsSigned(c.Key, header, c.Body)
	}
	return receiver.Verify(c.Key, header, c.Body) == nil
}

func main() {
	text, err := os.ReadFile("cases.json")
	if err != nil {
		panic(err)
	}
	var cases []testCase
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	taken := []bool{}
	for _, one := range cases {
		taken = append(taken, one.isTaken())
	}
	output, err := json.Marshal(taken)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(output))
}
