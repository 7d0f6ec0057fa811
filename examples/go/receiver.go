package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const maxBodyBytes = 4 << 20

type event struct {
	Type      string          `json:"type"`
	Timestamp time.Time       `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
}

func main() {
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		log.Fatal("WEBHOOK_SECRET is not set: the secret of the endpoint, whsec_…")
	}
	webhook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /webhooks", receive(webhook))

	address := valueOr("HOST", "127.0.0.1") + ":" + valueOr("PORT", "3000")
	server := &http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	log.Printf("listening on http://%s/webhooks", address)
	log.Fatal(server.ListenAndServe())
}

func receive(webhook *standardwebhooks.Webhook) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// The raw bytes, before anything parses them: what was parsed and written again has another signature.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
		if err != nil {
			http.Error(w, "unreadable or too large", http.StatusRequestEntityTooLarge)
			return
		}
		// Checks the signature, and that the timestamp is within 5 minutes; so nobody can send an old request again.
		if err := webhook.Verify(body, r.Header); err != nil {
			log.Printf("refused: %v", err)
			http.Error(w, "not verified", http.StatusUnauthorized)
			return
		}
		var received event
		if err := json.Unmarshal(body, &received); err != nil {
			http.Error(w, "not an event", http.StatusBadRequest)
			return
		}
		store(r.Header.Get("webhook-id"), received)
		// At once: an answer that takes longer than the endpoint's timeoutMs counts as a failure, and the event comes again.
		w.WriteHeader(http.StatusNoContent)
	}
}

// Here you would write the event to your database, and work on it later. An event may come more than once, always with
// the same webhook-id: make the id unique there, and let a second one change nothing (docs/receiving.md, Deduplicate).
func store(webhookID string, received event) {
	log.Printf("received %s %s %s", webhookID, received.Type, received.Data)
}

func valueOr(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
