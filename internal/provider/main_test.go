package provider_test

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m) }
