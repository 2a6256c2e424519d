#include "core/run/stages/training_data.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/prune/method_table.h"
#include "core/recover/training_text.h"
#include "core/text/source_reading.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace lorashear {

namespace {

/// Who decides what is held out of a file, and in which windows.
struct Holder {
    const RecipeSource* source = nullptr;
    int window = 0;
};

class Splits {
public:
    explicit Splits(const Recipe& recipe, const Control& control = {}) : m_recipe(recipe), m_control(control) {
        if (recipe.recovery.enabled)
            for (const RecoveryPhase& phase : recipe.recovery.phases)
                for (const RecipeSource& source : phase.sources) hold(source, recipe.recovery.window);
        const bool forAnalysis = recipe.analysis.enabled && recipe.analysis.text.path.empty();
        if (!forAnalysis || holdsOfTraining()) return;
        for (const RecipeSource& source : recipe.training.sources) hold(source, recipe.training.window);
    }

    const std::string& content(const RecipeSource& source) {
        auto& hash = m_contents[source.path];
        if (hash.empty()) hash = sha256OfFile(source.path);
        return hash;
    }

    /// Null: all of it is trained on.
    const Holder* holderOf(const RecipeSource& source) {
        const auto found = m_holders.find(content(source));
        if (found == m_holders.end()) return nullptr;
        const RecipeSource& first = *found->second.source;
        if (resolvedFormat(first.path, first.format) != resolvedFormat(source.path, source.format))
            throw Error(ErrorCode::BadRecipe, source.path,
                        "is read in two formats (sources \"" + first.name + "\" and \"" + source.name + "\")",
                        "give both the same format: otherwise nobody could tell what of it is held out of training");
        return &found->second;
    }

    HeldOut heldOut(const SourceText& text, const Holder& holder) const {
        return text.heldOut(holder.window, m_recipe.recovery.validationSequences, m_recipe.seed, holder.source->name);
    }

    SourceText read(const Tokenizer& tokenizer, const RecipeSource& source) const {
        return {readDocuments(source.path, source.format, m_control), tokenizer, m_recipe.training.shortestDocument,
                source.path};
    }

private:
    void hold(const RecipeSource& source, int window) { m_holders.try_emplace(content(source), Holder{&source, window}); }

    bool holdsOfTraining() {
        const auto& sources = m_recipe.training.sources;
        return std::any_of(sources.begin(), sources.end(),
                           [&](const RecipeSource& source) { return m_holders.contains(content(source)); });
    }

    const Recipe& m_recipe;
    const Control m_control;
    std::map<std::string, std::string> m_contents;  ///< path to hash
    std::map<std::string, Holder> m_holders;        ///< by content
};

void append(std::vector<Sequence>& to, std::vector<Sequence> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe& recipe, const Control& control) {
    Splits splits(recipe, control);
    std::vector<Sequence> result;
    for (const RecipeSource& source : recipe.training.sources) {
        const Holder* holder = splits.holderOf(source);
        const SourceText text = splits.read(tokenizer, source);
        append(result, text.without(holder != nullptr ? splits.heldOut(text, *holder) : HeldOut{}, recipe.training.window));
    }
    return result;
}

std::vector<Sequence> heldOutSequences(const Tokenizer& tokenizer, const Recipe& recipe, int window,
                                       const Control& control) {
    Splits splits(recipe, control);
    std::vector<Sequence> result;
    std::set<std::string> seen;
    for (const RecipeSource& source : recipe.training.sources) {
        const Holder* holder = splits.holderOf(source);
        if (holder == nullptr || !seen.insert(splits.content(source)).second) continue;
        const SourceText text = splits.read(tokenizer, source);
        append(result, text.only(splits.heldOut(text, *holder), window, recipe.analysis.text.bos));
    }
    return result;
}

std::vector<RecoveryPhasePlan> recoveryPhases(const Tokenizer& tokenizer, const Recipe& recipe, const Control& control) {
    Splits splits(recipe, control);
    std::vector<RecoveryPhasePlan> phases;
    for (const RecoveryPhase& phase : recipe.recovery.phases) {
        RecoveryPhasePlan plan{phase.name, {}, phase.maxRounds, phase.stepsPerRound};
        for (const RecipeSource& source : phase.sources) {
            const Holder* holder = splits.holderOf(source);
            if (holder == nullptr) throw Error(ErrorCode::Internal, source.path, "nothing of it is held out for validation");
            const SourceText text = splits.read(tokenizer, source);
            const HeldOut held = splits.heldOut(text, *holder);
            plan.sources.push_back(
                {source.name, text.without(held, recipe.recovery.window), text.only(held, recipe.recovery.window), 0});
        }
        phases.push_back(std::move(plan));
    }
    return phases;
}

void requireSameHeldOut(const Recipe& before, const Recipe& after) {
    Splits old(before), fresh(after);
    for (const RecipeSource& source : before.training.sources) {
        const Holder *was = old.holderOf(source), *is = fresh.holderOf(source);
        if (is == nullptr) continue;
        const bool same = was != nullptr && was->window == is->window && was->source->name == is->source->name &&
                          before.seed == after.seed &&
                          before.recovery.validationSequences == after.recovery.validationSequences;
        if (!same)
            throw Error(ErrorCode::BadRecipe, "/recovery",
                        "holds out other places of " + source.path +
                            " than the run that the branch starts from, which has trained on them",
                        "keep enabled, window, validation_sequences and the source's name, or start a new run");
    }
}

LoraOptions loraOptions(const Recipe& recipe) {
    return recipe.lora;
}

TrainerOptions pruningTraining(const Recipe& recipe, Compute compute, const std::vector<RecoveryPhasePlan>& phases) {
    TrainerOptions options;
    static_cast<StepSettings&>(options) = recipe.training;
    options.optimizer.learningRate = recipe.training.learningRate;
    options.compute = compute;
    options.seed = recipe.seed;
    const bool recovers = recipe.recovery.enabled && !recipe.recovery.phases.empty();
    if (recipe.recovery.schedule != kContinuedSchedule || (recovers && phases.empty())) return options;
    options.fallsOver = totalSteps(methodInfo(recipe.method.id).schedule(recipe.method.optionsJson));
    for (const RecoveryPhasePlan& phase : phases)
        options.fallsOver += phase.steps(recipe.recovery.batch, recipe.recovery.repeat);
    return options;
}

RecoveryTraining recoveryTraining(const Recipe& recipe, Compute compute, std::int64_t pruningSteps) {
    const Recipe::Recovery& wanted = recipe.recovery;
    RecoveryTraining options;
    options.lora = loraOptions(recipe);
    options.also.norms = wanted.trainNorms;
    options.also.embedding = wanted.trainEmbedding;
    options.training.optimizer.learningRate = wanted.learningRate;
    static_cast<StepSettings&>(options.training) = wanted;
    options.training.compute = compute;
    options.training.seed = recipe.seed;
    options.repeat = wanted.repeat;
    if (wanted.schedule == kContinuedSchedule) options.stepsBefore = pruningSteps;
    options.seed = recipe.seed;
    return options;
}

}  // namespace lorashear
