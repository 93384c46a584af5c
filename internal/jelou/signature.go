package jelou

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Signature returns what the header X-Jelou-Signature carries for an event with
// this body: "sha256=" and the HMAC-SHA256 of the body in lower-case hex.
//
// https://docs.jelou.ai/ (webhook events)
func Signature(body []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
