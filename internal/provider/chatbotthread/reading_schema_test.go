package chatbotthread_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestEphemeralResourceHasTheAttributesOfTheDataSource(t *testing.T) {
	t.Parallel()
	schemas := providertest.New(t, sandbox.Options{}).Quick(t).Schemas
	attributes := func(schema *tfprotov6.Schema) map[string]*tfprotov6.SchemaAttribute {
		all := map[string]*tfprotov6.SchemaAttribute{}
		for _, attribute := range schema.Block.Attributes {
			if all[attribute.Name] = attribute; attribute.Name == "timeouts" {
				delete(all, attribute.Name) // read and open
			}
		}
		return all
	}
	of, and := attributes(schemas.DataSourceSchemas[chatbotThread]), attributes(schemas.EphemeralResourceSchemas[chatbotThread])
	if len(of) < 10 || !reflect.DeepEqual(of, and) {
		t.Errorf("the data source has %v, the ephemeral resource %v", of, and)
	}
}
