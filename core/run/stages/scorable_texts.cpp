#include "core/run/stages/scorable_texts.h"

#include "core/eval/text_span.h"
#include "core/model/config.h"
#include "core/run/recipe.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/trimmed_vocabulary.h"
#include "core/text/named_text.h"
#include "core/text/source_reading.h"
#include "core/text/tokenizer.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr std::size_t kLeastBytes = 4096;  ///< of a text that are looked at: a short window needs more than its own length

/// Windows that begin in a text, up to `most`. byOriginal: as spanOf counts them, where a rest is one too.
std::size_t windowsIn(const Tokenizer& tokenizer, const std::string& text, TextProtocol protocol, std::size_t most,
                      bool byOriginal) {
    protocol.skipWindows = 0;
    if (byOriginal) return spanWindows(tokenizer, text, protocol);
    protocol.maxWindows = static_cast<int>(most);
    return protocolWindows(tokenizer, text, protocol).size();
}

void requireScorable(const RecipeText& text, const TextProtocol& protocol, const Tokenizer& tokenizer, bool byOriginal,
                     const std::string& pointer, const Control& control) {
    const std::string whole = readWholeText(text.path, control);
    const auto most = static_cast<std::size_t>(protocol.skipWindows) + 1;
    const std::size_t bytes = std::max(kLeastBytes, kBytesPerToken * most * static_cast<std::size_t>(protocol.window));
    const auto count = [&](const std::string& part) {
        return ofFile(text.path, [&] { return windowsIn(tokenizer, part, protocol, most, byOriginal); });
    };
    std::size_t windows = bytes < whole.size() ? count(whole.substr(0, bytes)) : 0;
    if (windows < most) windows = count(whole);
    if (windows >= most) return;
    throw Error(ErrorCode::BadRecipe, pointer + "/skip_windows",
                "is " + std::to_string(protocol.skipWindows) + ", and " + text.path + " has " + std::to_string(windows) +
                    " windows of " + std::to_string(protocol.window) + " tokens",
                "skip fewer than it has, or name a longer text at " + pointer + "/path");
}

}  // namespace

void requireScorableTexts(const Recipe& recipe, const ModelConfig& config, const Tokenizer& tokenizer,
                          const Control& control) {
    const RecipeText& analysed = recipe.analysis.text;
    if (!analysed.path.empty()) {
        TextProtocol protocol = protocolOf(analysed, config, tokenizer);
        protocol.stride = 0;  // an analysis knows none
        requireScorable(analysed, protocol, tokenizer, false, "/analysis/text", control);
    }
    const auto& texts = recipe.evaluation.texts;
    for (std::size_t i = 0; i < texts.size(); ++i)
        requireScorable(texts[i], protocolOf(texts[i], config, tokenizer), tokenizer, takesTokens(recipe.plan),
                        "/evaluation/texts/" + std::to_string(i), control);
}

void requireScorableTexts(const Recipe& recipe, const Control& control) {
    const OpenedFolder opened = openFolder(recipe.model.path);
    requireScorableTexts(recipe, opened.config, *opened.tokenizer, control);
}

}  // namespace lorashear
