package sandbox_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.start("chat_queue_id=3&client_name=Jan&client_surname=Kowalski&client_email=jan.kowalski%40example.org&client_id=1234&customer_id=1&unknown=ignored", jsonType)
	expect(t, "status", r.status, 200)
	id, _ := r.at(t, "conversation_id").(string)
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("%q is no UUID", id)
	}
	c := s.Open()[0]
	expect(t, "id", c.ID, id)
	expect(t, "queue", c.QueueID, 3)
	expect(t, "status", c.Status, "CREATED")
	expect(t, "name", c.ClientName+" "+c.ClientSurname, "Jan Kowalski")
	expect(t, "email", c.ClientEmail, "jan.kowalski@example.org")
	expect(t, "client", c.ClientID, "1234")
	expect(t, "customer", *c.CustomerID, 1)
	expect(t, "account", c.Account, sandbox.ThuliumUsername)
	expect(t, "started", c.CreatedAt, noon)
	expect(t, "acted", s.last().Acted, true)

	again, _ := s.start("chat_queue_id=3&client_id=1234").at(t, "conversation_id").(string)
	if again == id {
		t.Error("a repeated start did not open a second conversation")
	}

	s.advance(time.Minute)
	r = s.stop(id + "")
	expect(t, "status of stop", r.status, 200)
	expect(t, "body of stop", r.body, "")
	expect(t, "open", len(s.Open()), 1)
	c = s.Conversations()[0]
	expect(t, "status after stop", c.Status, "CLOSED")
	expect(t, "closed", *c.ClosedAt, noon.Add(time.Minute))
}

func TestStartRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for query, errors := range map[string]int{
		"":                                   1,
		"chat_queue_id=":                     1,
		"chat_queue_id=0":                    1,
		"chat_queue_id=three":                1,
		"chat_queue_id=3&customer_id=x":      1,
		"client_name=Jan&customer_id=-1":     2,
		"chat_queue_id=99999999999999999999": 1,
	} {
		r := s.start(query)
		expect(t, query, r.status, 400)
		list, _ := r.at(t, "errors").([]any)
		expect(t, query+" errors", len(list), errors)
		if id, _ := r.at(t, "request_id").(string); len(id) != 13 {
			t.Errorf("%s: request_id %q", query, id)
		}
		if code, _ := r.at(t, "errors", 0, "code").(float64); code == 0 {
			t.Errorf("%s: no code in %s", query, r.body)
		}
	}
	expect(t, "chats", len(s.Conversations()), 0)
	expect(t, "English", s.start("").at(t, "errors", 0, "message"), any("Parameter chat_queue_id is required."))
	expect(t, "Polish", s.start("", "Accept-Language: pl").at(t, "errors", 0, "message"), any("Parametr chat_queue_id jest wymagany."))

	s.Set(func(k *sandbox.Knobs) { k.InvalidStatus, k.Queues = 422, []int64{1, 2} })
	expect(t, "queue that does not exist", s.start("chat_queue_id=3").status, 422)
	expect(t, "queue that does", s.start("chat_queue_id=2").status, 200)
}

func TestThuliumAccess(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *sandbox.Options) {
		o.Thulium = []sandbox.ThuliumAccount{{Username: "reader", Password: "fake", Denied: []string{"thulium.start"}}}
	})
	path, reader := sandbox.ThuliumPath+"/chat_conversations/start?chat_queue_id=3", "Authorization: Basic cmVhZGVyOmZha2U=" // reader:fake
	r := s.send("POST", path, "")
	expect(t, "nobody", r.status, 401)
	if r.header.Get("WWW-Authenticate") == "" || r.at(t, "errors", 0, "message") == nil {
		t.Errorf("nobody: %v %s", r.header, r.body)
	}
	expect(t, "somebody else", s.send("POST", path, "", thuliumAuth).status, 401)
	expect(t, "somebody else's name", s.last().Account, "")
	expect(t, "denied", s.send("POST", path, "", reader).status, 403)
	expect(t, "allowed", s.send("GET", chatsPath, "", reader).status, 200)
	s.Set(func(k *sandbox.Knobs) { k.DeniedStatus, k.NoAccessStatus = 401, 403 })
	expect(t, "denied with 401", s.send("POST", path, "", reader).status, 401)
	expect(t, "nobody with 403", s.send("POST", path, "").status, 403)
	expect(t, "chats", len(s.Conversations()), 0)
}

func TestStopUnknownAndStopped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.stop(id)
	expect(t, "unknown by default", s.stop("no-such-id").status, 404)
	expect(t, "stopped by default", s.stop(id).status, 409)
	for _, status := range []int{200, 404, 409, 400, 500} {
		s.Set(func(k *sandbox.Knobs) { k.StopUnknown, k.StopStopped = status, status })
		for _, which := range []string{id, "no-such-id"} {
			r := s.stop(which)
			expect(t, fmt.Sprintf("%s with knob %d", which, status), r.status, status)
			expect(t, "acted", s.last().Acted, false)
			if status == 200 {
				expect(t, "body", r.body, "")
			} else if r.at(t, "errors", 0, "message") == nil {
				t.Errorf("no envelope: %s", r.body)
			}
		}
	}
}

func TestStopReadsExternalChatbotID(t *testing.T) {
	t.Parallel()
	const form = "Content-Type: application/x-www-form-urlencoded"
	for _, c := range []struct {
		place, query, body, contentType, want string
	}{
		{sandbox.StopReadsAny, "?external_chatbot_id=q", "", jsonType, "q"},
		{sandbox.StopReadsAny, "", "external_chatbot_id=f", form, "f"},
		{sandbox.StopReadsAny, "", `{"external_chatbot_id":"j"}`, jsonType, "j"},
		{sandbox.StopReadsQuery, "", `{"external_chatbot_id":"j"}`, jsonType, ""},
		{sandbox.StopReadsForm, "?external_chatbot_id=q", "external_chatbot_id=f", form, "f"},
		{sandbox.StopReadsJSON, "?external_chatbot_id=q", `{"external_chatbot_id":"j"}`, jsonType, "j"},
		{sandbox.StopReadsJSON, "?external_chatbot_id=q", "", jsonType, ""},
	} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.StopReads = c.place })
		id := s.started()
		r := s.send("POST", sandbox.ThuliumPath+"/chat_conversations/"+id+"/stop"+c.query, c.body, thuliumAuth, c.contentType)
		expect(t, "status", r.status, 200)
		expect(t, fmt.Sprintf("%+v", c), s.Conversations()[0].StoppedWith, c.want)
	}
}

func TestListingRow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start("chat_queue_id=3&client_name=Jan&client_surname=Kowalski&client_email=jan.kowalski%40example.org&customer_id=17")
	row := func(query string, column string) any {
		t.Helper()
		return s.send("GET", chatsPath+query, "", thuliumAuth).at(t, "result", 0, column)
	}
	id := s.Conversations()[0].ID
	for column, want := range map[string]any{
		"chat_queue_id": 3.0, "client_email": "jan.kowalski@example.org", "client_name": "Jan Kowalski", "customer_id": 17.0,
		"conversation_id": id, "created_at": "2026-11-22 13:00:00.000", "closed_at": nil, "status": "CREATED", "messages": nil,
	} {
		expect(t, column, row("", column), want)
	}
	for column, query := range map[string]string{
		"messages": "?include_messages=true", "files": "?include_files=true", "client_data": "?include_client_data=true",
	} {
		if row(query, column) == nil {
			t.Errorf("no %s with %s", column, query)
		}
	}
	s.Set(func(k *sandbox.Knobs) { k.FirstNameOnly, k.OpenStatus, k.RowID = true, "ACTIVE", sandbox.RowIDAbsent })
	expect(t, "first name", row("", "client_name"), any("Jan"))
	expect(t, "open status", row("", "status"), any("ACTIVE"))
	expect(t, "no id", row("", "conversation_id"), nil)
	s.Set(func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDUpper })
	expect(t, "upper id", len(row("", "conversation_id").(string)), 36)
	if row("", "conversation_id") == any(id) {
		t.Error("the id is not in upper case")
	}

	s.advance(time.Hour)
	s.CloseConversation(id)
	expect(t, "closed_at", row("", "closed_at"), any("2026-11-22 14:00:00.000"))
	expect(t, "status", row("", "status"), any("CLOSED"))
	s.Set(func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByStatus })
	expect(t, "closed by status: closed_at", row("", "closed_at"), nil)
	expect(t, "closed by status: status", row("", "status"), any("CLOSED"))
	s.Set(func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByTime })
	expect(t, "closed by time: closed_at", row("", "closed_at"), any("2026-11-22 14:00:00.000"))
	expect(t, "closed by time: status", row("", "status"), any("ACTIVE"))

	bare := newStage(t)
	bare.started()
	email := func() any { return bare.send("GET", chatsPath, "", thuliumAuth).at(t, "result", 0, "client_email") }
	expect(t, "nothing known", email(), nil)
	bare.Set(func(k *sandbox.Knobs) { k.EmptyTexts = true })
	expect(t, "nothing known, as text", email(), any(""))
}

func TestListingCustomerFilledIn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.CustomerFilledIn, k.ListOrder = true, sandbox.OldestFirst })
	for _, query := range []string{
		"client_id=a&client_email=a%40example.org", // 0: new
		"client_email=a%40example.org",             // 1: as 0, by e-mail
		"client_id=a&client_email=b%40example.org", // 2: as 0, client_id before e-mail
		"client_id=a&customer_id=5",                // 3: customer_id before client_id
		"",                                         // 4: new
	} {
		s.start("chat_queue_id=3&" + query)
	}
	r := s.send("GET", chatsPath, "", thuliumAuth)
	customers := make([]any, 5)
	for i := range customers {
		customers[i] = r.at(t, "result", i, "customer_id")
	}
	expectList(t, "customers", customers, []any{1001.0, 1001.0, 1001.0, 5.0, 1002.0})
	expect(t, "e-mail", r.at(t, "result", 0, "client_email"), any("customer-1001@crm.example"))
}

func TestListingFiltersAndPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	at := func(text string) time.Time { // Warsaw in winter
		t.Helper()
		parsed, err := time.ParseInLocation("2006-01-02 15:04:05", text, time.FixedZone("CET", 3600))
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	s.AddConversation(sandbox.Conversation{ID: "d", QueueID: 4, CreatedAt: at("2026-11-22 00:00:00")})
	s.AddConversation(sandbox.Conversation{ID: "b", QueueID: 3, CreatedAt: at("2026-11-21 12:34:30"), Status: "CLOSED"})
	s.AddConversation(sandbox.Conversation{ID: "a", QueueID: 3, CreatedAt: at("2026-11-20 23:59:59")})
	s.AddConversation(sandbox.Conversation{ID: "c", QueueID: 4, CreatedAt: at("2026-11-21 23:59:59")})
	for query, want := range map[string][]string{
		"":                                {"d", "c", "b", "a"},
		"chat_queue_id=3":                 {"b", "a"},
		"status=CLOSED":                   {"b"},
		"status=CREATED":                  {"d", "c", "a"},
		"date_from=2026-11-21":            {"d", "c", "b"},
		"date_from=2026-11-21+12:34":      {"d", "c", "b"},
		"date_from=2026-11-21+12:35":      {"d", "c"},
		"date_to=2026-11-21":              {"c", "b", "a"},
		"date_to=2026-11-21+12:34":        {"b", "a"},
		"date_to=2026-11-21+12:33":        {"a"},
		"limit=2":                         {"d", "c"},
		"limit=2&offset=3":                {"a"},
		"offset=9":                        {},
		"date_from=2026-11-22&limit=1000": {"d"},
	} {
		expectList(t, query, s.listed(query), want)
	}
	page := s.send("GET", chatsPath+"?limit=1", "", thuliumAuth)
	expect(t, "count", page.at(t, "count"), any(4.0))
	expect(t, "empty result", s.send("GET", chatsPath+"?offset=9", "", thuliumAuth).at(t, "count"), any(4.0))
	for _, query := range []string{"limit=0", "limit=x", "offset=-1", "date_from=yesterday", "date_to=2026-11-22T12:00:00Z", "chat_queue_id=x"} {
		expect(t, query, s.send("GET", chatsPath+"?"+query, "", thuliumAuth).status, 400)
	}

	s.Set(func(k *sandbox.Knobs) { k.ListOrder = sandbox.OldestFirst })
	expectList(t, "oldest first", s.listed(""), []string{"a", "b", "c", "d"})
	s.Set(func(k *sandbox.Knobs) { k.DateToStart = true })
	expectList(t, "date_to is the day's start", s.listed("date_to=2026-11-22"), []string{"a", "b", "c", "d"})
	expectList(t, "date_to is the day's start", s.listed("date_to=2026-11-21"), []string{"a"})
	s.Set(func(k *sandbox.Knobs) { k.LimitRefused = true })
	expect(t, "limit above 100", s.send("GET", chatsPath+"?limit=101", "", thuliumAuth).status, 400)
	for count, want := range map[string]any{sandbox.CountPage: 1.0, sandbox.CountAbsent: nil} {
		s.Set(func(k *sandbox.Knobs) { k.Count = count })
		expect(t, "count "+count, s.send("GET", chatsPath+"?limit=1", "", thuliumAuth).at(t, "count"), want)
	}
	for _, status := range []int{401, 403, 404, 405} {
		s.Set(func(k *sandbox.Knobs) { k.ListRefused = status })
		expect(t, "refused", s.send("GET", chatsPath, "", thuliumAuth).status, status)
	}
}

func TestListingDefaultLimit(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 120 {
		s.AddConversation(sandbox.Conversation{QueueID: 3})
	}
	expect(t, "default", len(s.listed("")), 100)
	expect(t, "maximum", len(s.listed("limit=110")), 100)
	expect(t, "the rest", len(s.listed("offset=100")), 20)
}

func TestListingVisibility(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	closed := s.AddConversation(sandbox.Conversation{QueueID: 3, Status: "CLOSED"})

	s.Set(func(k *sandbox.Knobs) { k.HideOpen = true })
	expectList(t, "open hidden", s.listed(""), []string{closed})
	s.Set(func(k *sandbox.Knobs) { k.HideOpen, k.ShowAfter = false, sandbox.Duration(time.Minute) })
	expectList(t, "not shown yet", s.listed(""), []string{closed})
	s.advance(time.Minute)
	expectList(t, "shown", s.listed(""), []string{closed, id})

	s.MoveConversation(id, 9)
	expectList(t, "transferred", s.listed("chat_queue_id=9"), []string{id})
	s.Set(func(k *sandbox.Knobs) { k.OriginalQueue = true })
	expectList(t, "still under its first queue", s.listed("chat_queue_id=3"), []string{closed, id})
	expectList(t, "and no other", s.listed("chat_queue_id=9"), []string{})
	expect(t, "unknown chat moves", s.MoveConversation("none", 1), false)
}

func TestListingGrowsBetweenPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a, b := s.started(), s.started()
	s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages = 1 })
	expectList(t, "first page", s.listed("limit=1&chat_queue_id=3"), []string{b})
	expectList(t, "second page shows the same again", s.listed("limit=1&offset=1&chat_queue_id=3"), []string{b})
	s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages = 0 })
	expect(t, "own chat", slices.Contains(s.listed("chat_queue_id=3"), a), true)
	expect(t, "chats", len(s.Conversations()), 4)
}

func TestInactivity(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.advance(2 * time.Hour)
	expect(t, "open without the knob", len(s.Open()), 1)
	s.Set(func(k *sandbox.Knobs) { k.InactivityAfter = sandbox.Duration(time.Hour) })
	expect(t, "open", len(s.Open()), 0)
	expect(t, "closed at", *s.Conversations()[0].ClosedAt, noon.Add(time.Hour))
	expect(t, "stop", s.stop(id).status, 409)
	expect(t, "close", s.CloseConversation(id), false)
}

func TestAddConversationRefusesATakenID(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddConversation(sandbox.Conversation{ID: "a"})
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	s.AddConversation(sandbox.Conversation{ID: "a"})
}
