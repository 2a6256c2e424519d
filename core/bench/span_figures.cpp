#include "core/bench/span_figures.h"

#include "core/eval/text_span.h"
#include "core/run/stages/run_state.h"
#include "core/text/named_text.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr int kSpanBatch = 8;

class SpanCounter {
public:
    SpanCounter(const std::string& original, const RunFolder& run, const Control& control)
        : m_recipe(run.recipe()),
          m_control(control),
          m_reference(Tokenizer::open(original)),
          m_opened(openModel(m_recipe.model.path, m_recipe.device, m_recipe.model.adapter)) {}

    const CausalLM& dense() const { return *m_opened.model; }
    const Recipe& recipe() const { return m_recipe; }

    std::map<std::string, BenchText> texts(const CausalLM& model) const {
        std::map<std::string, BenchText> result;
        for (const RecipeText& text : m_recipe.evaluation.texts) {
            const int longest = model.config().maxPositions;
            const int window = longest > 0 ? std::min(text.window, longest) : text.window;
            const TextProtocol protocol{window, std::min(text.stride, window), text.maxWindows, text.bos, text.skipWindows};
            const TextSpan span =
                ofFile(text.path, [&] { return spanOf(*m_reference, readWholeText(text.path), protocol); });
            const SpanScore score = scoreSpan(model, *m_opened.tokenizer, span, protocol, m_control, kSpanBatch);
            result[text.name] = {score.perplexityPerOriginalToken(), score.bitsPerByte()};
        }
        return result;
    }

private:
    Recipe m_recipe;
    const Control& m_control;
    std::unique_ptr<Tokenizer> m_reference;
    OpenedModel m_opened;
};

}  // namespace

void countByTokensOf(const std::string& original, const RunFolder& run, BenchResult& result, const Control& control) {
    const SpanCounter counter(original, run, control);
    const Recipe& recipe = counter.recipe();
    const auto of = [&](ModelRole role) { return counter.texts(*loadStageModel(run, role, recipe.device)); };
    const bool recovered = recipe.recovery.enabled && !recipe.recovery.phases.empty();
    const auto pruned = of(ModelRole::Pruned);
    result.dense.texts = counter.texts(counter.dense());
    result.last.texts = recovered ? of(ModelRole::Recovered) : pruned;
    if (!recipe.evaluation.texts.empty()) result.before = pruned.at(recipe.evaluation.texts.front().name).perplexity;
}

}  // namespace lorashear
