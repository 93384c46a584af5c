package provider

import dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

// computed returns an attribute of a data source that the service fills.
func computed(description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{Computed: true, MarkdownDescription: description}
}
