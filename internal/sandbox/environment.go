package sandbox

import "iter"

// Environment yields the environment variables that lead the provider to a sandbox at origin, with the default accounts.
func Environment(origin string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		_ = yield("THULIUM_BASE_URL", origin+ThuliumPath) &&
			yield("THULIUM_USERNAME", ThuliumUsername) &&
			yield("THULIUM_PASSWORD", ThuliumPassword) &&
			yield("JELOU_BASE_URL", origin+JelouPath) &&
			yield("JELOU_PROJECT_ID", JelouProjectID) &&
			yield("JELOU_API_KEY", JelouAPIKey) &&
			yield("CHATBOT_BASE_URL", origin+ChatbotPath) &&
			yield("CHATBOT_TOKEN", ChatbotToken)
	}
}
