#include "tests/bench/training_rows.h"

#include "core/base/random.h"
#include "core/eval/perplexity.h"
#include "core/io/checkpoint.h"
#include "core/run/checkpoint_curve.h"
#include "core/run/recipe_schedule.h"
#include "core/run/stages/training_data.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace lorashear::bench {

namespace {

const std::string kBundled = std::string(LORASHEAR_SOURCE_DIR) + "/resources";

double middle(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

std::vector<Sequence> randomSequences(const CausalLM& model, int count, int length) {
    Random random(1, "bench");
    std::vector<Sequence> sequences(static_cast<std::size_t>(count));
    for (Sequence& sequence : sequences) {
        for (int i = 0; i < length; ++i)
            sequence.ids.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(model.config().vocabulary))));
        sequence.lossMask.assign(static_cast<std::size_t>(length) - 1, true);
    }
    return sequences;
}

/// A model with a recipe's adapters in training; teacher: itself before, or nobody.
struct Training {
    std::unique_ptr<CausalLM> student;
    std::unique_ptr<BatchSource> source;
    std::unique_ptr<Trainer> trainer;
    std::vector<double> seconds;

    Training(const CausalLM& model, const Recipe& recipe, double distillation, Compute compute)
        : student(cloneModel(model)),
          source(shuffledSource(randomSequences(model, 4 * recipe.training.batch, recipe.training.window), 1, "bench")) {
        attachLora(*student, loraOptions(recipe), recipe.seed);
        TrainerOptions options = pruningTraining(recipe, compute);
        options.distillation = distillation, options.optimizer.learningRate = 1e-4;
        trainer = std::make_unique<Trainer>(*student, *source, options, &model);
        trainer->step(1e-4);  // warms caches, packs weights
    }
    void step() { seconds.push_back(trainer->step(1e-4).seconds); }
    double perStep() const { return middle(seconds); }
};

const char* nameOf(Compute compute) {
    return compute == Compute::Mixed ? "mixed" : "fp32";
}

/// What a run's curve costs, and what its training does.
struct CurveCost {
    int points = 2;  // before and after pruning
    double training = 0;
};

CurveCost costOf(const Recipe& recipe, const CheckpointCurve& curve, double plainStep, double taughtStep) {
    CurveCost cost;
    std::int64_t step = 0;
    for (const SchedulePhase& phase : recipeSchedule(recipe)) {
        const bool recovers = phase.kind == SchedulePhase::Kind::Recover || phase.kind == SchedulePhase::Kind::Instruct;
        const double taught = recovers ? recipe.recovery.distillation : recipe.training.distillation;
        cost.training += static_cast<double>(phase.steps) * (taught > 0 ? taughtStep : plainStep);
        for (std::int64_t i = 0; i < phase.steps; ++i) cost.points += curve.at(++step) ? 1 : 0;
    }
    cost.points += recipe.recovery.enabled ? 1 : 0;
    return cost;
}

}  // namespace

std::unique_ptr<CausalLM> smolLm2Shape() {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = 49152, config.hidden = 576, config.headDim = 64, config.maxPositions = 2048;
    config.layers.assign(30, {9, 3, 1536});
    config.tiedHead = true;
    return randomModel(config, 1);
}

// In turn in one process, so that the machine's load touches both alike.
void printDistillation(bool quick, Compute compute) {
    Recipe recipe = loadRecipe(kBundled + "/recipes/smollm2.json");
    recipe.training.batch = quick ? 4 : 8;
    const auto model = smolLm2Shape();
    Training plain(*model, recipe, 0, compute), taught(*model, recipe, 0.5, compute);
    for (int i = 0; i < (quick ? 3 : 9); ++i) plain.step(), taught.step();
    const double tokens = recipe.training.batch * recipe.training.window;
    std::printf("%-26s SmolLM2-135M, %-6s %9.2f x a plain step (medians of %zu in turn; %.0f and %.0f tokens/s)\n",
                "distillation step", nameOf(compute), taught.perStep() / plain.perStep(), plain.seconds.size(),
                tokens / taught.perStep(), tokens / plain.perStep());
    std::fflush(stdout);
}

void printCurves(bool quick, Compute compute) {
    struct Case {
        const char *recipe, *name;
        std::unique_ptr<CausalLM> (*model)();
    };
    const Case cases[] = {
        {"quick.json", "stories260K", [] { return loadModel(Checkpoint::open(kBundled + "/models/stories260K")); }},
        {"smollm2.json", "SmolLM2-135M", smolLm2Shape},
    };
    for (const Case& one : cases) {
        const Recipe recipe = loadRecipe(kBundled + "/recipes/" + one.recipe);
        const auto model = one.model();
        const int window = recipe.evaluation.texts.front().window;
        const CheckpointCurve curve = checkpointCurve(recipe, window);
        Training plain(*model, recipe, 0, compute), taught(*model, recipe, 0.5, compute);
        const auto texts = randomSequences(*model, curve.windows, window);
        std::vector<double> point;
        for (int i = 0; i < (quick ? 2 : 9); ++i) {
            plain.step(), taught.step();
            const double begin = monotonicSeconds();
            scoreSequences(*taught.student, texts, 8, compute, {});
            point.push_back(monotonicSeconds() - begin);
        }
        const CurveCost cost = costOf(recipe, curve, plain.perStep(), taught.perStep());
        std::printf("%-26s %s, %-6s %9.1f %% of training (%s: %d points of %d windows, %.3f s each)\n",
                    "curve of perplexity", one.name, nameOf(compute), 100 * cost.points * middle(point) / cost.training,
                    one.recipe, cost.points, curve.windows, middle(point));
        std::fflush(stdout);
    }
}

}  // namespace lorashear::bench
