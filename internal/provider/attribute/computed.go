package attribute

import "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

// Computed returns an attribute of a data source that the service fills.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// ComputedSecret returns an attribute of a data source that the service fills with what
// grants access or is personal.
func ComputedSecret(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}
