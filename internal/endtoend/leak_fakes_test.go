package endtoend

import (
	"encoding/base64"
	"strings"
)

// What must not get out: obvious fakes, each with characters that its escapings differ in.
const (
	fakeUsername     = "fake_api_user"
	fakePassword     = `fake-thulium/pä&ss+"word"`
	fakeAPIKey       = `fake-jelou/key&<1>+%=`
	fakeClientID     = "fake-jelou-client"
	fakeClientSecret = `fake-jelou/secret&<2>+'=`
	fakeToken        = `fake-chatbot/token&<3>+%=`
	fakeWebhook      = "https://hooks.fake.example/hooks/catch/98417/fake-webhook-path?token=fake-webhook-token&x=1"

	fakeName     = "Zdzisława-Fake"
	fakeSurname  = `O'Fake-<Nowak> & "Syn"`
	fakeEmail    = "fake.person+tag/x@mail.fake.example"
	fakeCRM      = "fake-crm/4711&0815"
	fakeCustomer = "990011223344"
	fakeUser     = "fake-user/+48 600 700 800"
	fakeText     = `Fake good-bye, "dear" <customer> & friends`

	fakeQuestion     = `Where is my "fake" order <4711>, i.e. the włóczka?`
	fakeAnswer       = "Your fake order & parcel/box is on its way."
	fakeChatUserID   = "fake-visitor/no-0001"
	fakeChatUserMail = "fake.chat.user+1@mail.fake.example"

	strangerName = "Fakemira Stranger-Fake"
	strangerMail = "fake.stranger+2@mail.fake.example"

	leakThread = "fake-thread-1"
)

func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

// fakes returns the search for all of them.
func fakes() *search {
	s := newSearch()
	for _, value := range []struct {
		name string
		kind kind
		text string
	}{
		{"THULIUM_PASSWORD", credential, fakePassword},
		{"Thulium's user and password", credential, basic(fakeUsername, fakePassword)},
		{"JELOU_API_KEY", credential, fakeAPIKey},
		{"JELOU_CLIENT_SECRET", credential, fakeClientSecret},
		{"Jelou's client id and secret", credential, basic(fakeClientID, fakeClientSecret)},
		{"CHATBOT_TOKEN", credential, fakeToken},
		{"webhook URL", webhook, fakeWebhook},
		{"webhook path", webhook, "98417/fake-webhook-path"},
		{"webhook token", webhook, "fake-webhook-token"},
		{"client_name", personal, fakeName},
		{"client_surname", personal, fakeSurname},
		{"client_email", personal, fakeEmail},
		{"client_id", personal, fakeCRM},
		{"customer_id", personal, fakeCustomer},
		{"user_id", personal, fakeUser},
		{"redirect_payload.text", personal, fakeText},
		{"question", personal, fakeQuestion},
		{"answer", personal, fakeAnswer},
		{"chat_user_id", personal, fakeChatUserID},
		{"chat_user", personal, fakeChatUserMail},
		{"a stranger's name", personal, strangerName},
		{"a stranger's e-mail", personal, strangerMail},
	} {
		s.add(value.name, value.kind, value.text)
		// An answer that ends within a value must not show its beginning.
		if half := strings.ToValidUTF8(value.text[:len(value.text)/2], ""); len(half) >= 8 {
			s.add(value.name+" (half)", value.kind, half)
		}
	}
	return s
}
