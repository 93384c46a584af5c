package thulium

import (
	"fmt"
	"testing"
)

func shown(email, name, customer string) Chat {
	var chat Chat
	if email != "" {
		chat.ClientEmail = &email
	}
	if name != "" {
		chat.ClientName = &name
	}
	if customer != "" {
		chat.CustomerID = new(int64)
		_, _ = fmt.Sscan(customer, chat.CustomerID)
	}
	return chat
}

func TestContradictions(t *testing.T) {
	t.Parallel()
	customer := int64(7)
	sent := StartRequest{QueueID: 3, ClientName: "Jan", ClientSurname: "Kowalski", ClientEmail: "jan@example.org", CustomerID: &customer}
	email := StartRequest{QueueID: 3, ClientEmail: "jan@example.org"}
	for name, c := range map[string]struct {
		request StartRequest
		chat    Chat
		want    bool
	}{
		"nothing is shown":                             {sent, Chat{}, false},
		"nothing was sent":                             {StartRequest{QueueID: 3}, shown("other@example.org", "Other", "8"), false},
		"all is as it was sent":                        {sent, shown("jan@example.org", "Jan Kowalski", "7"), false},
		"the e-mail in another case":                   {sent, shown("JAN@example.ORG", "", ""), false},
		"the e-mail with an entity":                    {StartRequest{ClientEmail: "jan+1@example.org"}, shown(" jan&#43;1@example.org", "", ""), false},
		"another e-mail":                               {sent, shown("other@example.org", "", ""), true},
		"another name":                                 {sent, shown("", "Anna Nowak", ""), false},
		"another customer":                             {sent, shown("jan@example.org", "Jan Kowalski", "8"), true},
		"the customer, whose e-mail and name differ":   {sent, shown("other@example.org", "Other", "7"), false},
		"an e-mail that differs, of no known customer": {sent, shown("other@example.org", "Jan Kowalski", ""), true},
		"a customer where none was given":              {email, shown("jan@example.org", "", "8"), false},
		"another e-mail and a customer where none was": {email, shown("other@example.org", "", "8"), true},
	} {
		if got := c.request.rank(c.chat) == otherCustomer; got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestRanks(t *testing.T) {
	t.Parallel()
	customer := int64(7)
	sent := StartRequest{QueueID: 3, ClientName: "Jan", ClientSurname: "Wójcik", ClientEmail: "jan@example.org", CustomerID: &customer}
	for name, c := range map[string]struct {
		request StartRequest
		chat    Chat
		want    rank
	}{
		"nothing is shown":                    {sent, Chat{}, unknownName},
		"the e-mail beside a name of its own": {sent, shown("jan@example.org", "Gość 4711", ""), sameCustomer},
		"the customer":                        {sent, shown("", "", "7"), sameCustomer},
		"the name":                            {sent, shown("", "Jan Wójcik", ""), sameName},
		"the surname first":                   {sent, shown("", "Wójcik, Jan", ""), sameName},
		"without marks, in capitals":          {sent, shown("", "JAN WOJCIK", ""), sameName},
		"decomposed":                          {sent, shown("", "Jan Wo\u0301jcik", ""), sameName},
		"with an entity":                      {sent, shown("", "Jan W&oacute;jcik", ""), sameName},
		"a letter that does not decompose":    {StartRequest{ClientName: "Łukasz"}, shown("", "LUKASZ", ""), sameName},
		"a sharp s":                           {StartRequest{ClientName: "Weiß"}, shown("", "WEISS", ""), sameName},
		"the first name alone":                {sent, shown("", "Jan", ""), sameName},
		"the surname alone":                   {sent, shown("", "Wójcik", ""), unknownName},
		"a second name besides":               {sent, shown("", "Jan Maria Wójcik", ""), unknownName},
		"another surname":                     {sent, shown("", "Jan Nowak", ""), otherName},
		"another name":                        {sent, shown("", "Anna", ""), otherName},
		"part of a word":                      {sent, shown("", "Wój", ""), otherName},
		"a name where none was given":         {StartRequest{ClientEmail: "jan@example.org"}, shown("", "Other", ""), unknownName},
		"no e-mail where none was given":      {StartRequest{QueueID: 3}, Chat{}, unknownName},
	} {
		if got := c.request.rank(c.chat); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}
