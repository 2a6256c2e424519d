#include "tests/ui/ui_support/scripted_engine.h"

#include "tests/ui/ui_support/sample_session.h"

#include <chrono>
#include <cmath>
#include <thread>

namespace lorashear::testing {

bool Stage::goOn() {
    if (m_pause) m_pause->wait(m_stop);
    return !m_stop.stop_requested();
}

void Stage::completed() {
    send(event::Finished{event::Finished::Outcome::Completed, {}, "{}"});
}

void Stage::cancelled() {
    send(event::Finished{event::Finished::Outcome::Cancelled, {}, {}});
}

void Stage::failed(Error error) {
    send(event::Finished{event::Finished::Outcome::Failed, std::move(error), {}});
}

void Door::open() {
    std::lock_guard lock(m_mutex);
    m_open = true;
    m_changed.notify_all();
}

void Door::wait() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_open; });
}

namespace {

class ScriptedEngine : public Engine {
public:
    explicit ScriptedEngine(Script script) : m_script(std::move(script)) {}
    void execute(const Command& command, const EventSink& sink, std::stop_token stop, PauseGate* pause) override {
        Stage stage(sink, std::move(stop), pause);
        m_script(command, stage);
    }

private:
    Script m_script;
};

void playOpening(Stage& stage, const std::string& folder) {
    stage.send(event::StageChanged{"open", "Opening"});
    stage.send(sampleModel(folder));
    stage.send(event::StructureFound{sampleStructure()});
}

bool playKnowledge(Stage& stage, int milliseconds) {
    const auto knowledge = sampleKnowledge();
    stage.send(event::StageChanged{"analyse", "Measuring node group by node group"});
    int done = 0;
    for (const NodeGroupKnowledge& entry : knowledge->nodeGroups) {
        if (!stage.goOn()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        NodeGroupKnowledge live = entry;
        live.protectedByRank = false;  // known when all are measured
        stage.send(event::KnowledgeMeasured{live});
        stage.send(
            event::ProgressChanged{{"knowledge", "probing", double(++done), double(knowledge->nodeGroups.size()), 1.0}});
    }
    stage.send(event::KnowledgeFinished{knowledge});
    stage.send(event::SaliencyMeasured{sampleSaliency()});
    return true;
}

void playMeasures(Stage& stage, const std::string& model, double parameters, double perplexity) {
    stage.send(event::Perplexity{"TinyStories", model, 0, std::log(perplexity), perplexity, 20440, "BOS + 511 tokens"});
    stage.send(event::Measurement{model, "parameters", "", parameters, 0, false, {}});
    stage.send(event::Measurement{model, "weight_bytes", "B", parameters * 4, 0, false, {}});
    stage.send(
        event::Measurement{model, "prefill_speed", "tokens/s", 5.2e9 / parameters, 310, false, "median of 5, 2 threads"});
    stage.send(event::Sample{model, "Once upon a time",
                             "Once upon a time, there was a little girl named Lily" +
                                 std::string(model == "dense" ? ". She liked to play." : ". She had a red ball.")});
}

/// Of a period's groups after `step` of `of` steps: all shrink evenly and turn a little, and the first of them crosses the boundary half way.
event::HalfSpace halfSpaceOf(std::vector<GroupRef> groups, std::int64_t at, int step, int of) {
    const int crossing = of / 2;
    event::HalfSpace seen;
    seen.step = at;
    seen.boundary = 0.1;
    seen.last = step == of - 1;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == 0 && step > crossing) continue;
        const double whole = 0.5 + double(i % 7) * 0.1, left = of - step, q = (left - 1) / left;
        const double cosine = std::cos(0.01 * double(step + 1) * double(1 + i % 5));
        const bool crosses = i == 0 && step == crossing;
        seen.groups.push_back(groups[i]);
        seen.before.push_back(whole * left / of);
        seen.cosine.push_back(crosses ? 0.05 : cosine);
        seen.along.push_back(q * (crosses ? 0.05 : cosine));
        seen.norm.push_back(crosses ? 0 : whole * left / of * q);
    }
    seen.fading = std::int64_t(seen.groups.size());
    return seen;
}

bool playSteps(Stage& stage, int milliseconds) {
    constexpr int kWarmup = 10, kPeriods = 5, kPeriodSteps = 10, kAttention = 3, kMlp = 210;
    const std::vector<GroupRef> groups = sampleRemoved(kAttention, kMlp);
    const int all = int(groups.size());
    int zero = 0;
    for (int step = 1; step <= kWarmup + kPeriods * kPeriodSteps; ++step) {
        if (!stage.goOn()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        const int period = (step - 1 - kWarmup) / kPeriodSteps, inPeriod = (step - 1 - kWarmup) % kPeriodSteps;
        const auto part = [&](int p) {
            return std::vector<GroupRef>(groups.begin() + all * p / kPeriods, groups.begin() + all * (p + 1) / kPeriods);
        };
        if (step > kWarmup && inPeriod == 0) stage.send(event::GroupsChosen{part(period), period + 1});
        if (step > kWarmup && inPeriod == kPeriodSteps - 1) {
            zero = all * (period + 1) / kPeriods;
            stage.send(event::GroupsZero{part(period)});
        }
        event::Step s;
        s.stage = "prune";
        s.phase = step <= kWarmup ? "warmup" : "period " + std::to_string(period + 1) + "/" + std::to_string(kPeriods);
        s.step = step;
        s.loss = 1.55 + 0.35 * std::sin(step * 0.7) * std::exp(-step / 40.0) + 0.004 * step + 0.05 * std::cos(step * 2.3);
        s.learningRate = 0.01;
        s.gradientNorm = 0.4;
        s.redundantNorm = step > kWarmup ? 20.0 * (kPeriodSteps - inPeriod) / kPeriodSteps : 0;
        s.importantNorm = 300;
        s.zeroGroups = zero;
        s.targetGroups = all;
        s.tokens = 2048;
        s.tokensPerSecond = 11800;
        s.memory = 310'000'000 + 100'000 * step;
        stage.send(s);
        if (step > kWarmup) stage.send(halfSpaceOf(part(period), step, inPeriod, kPeriodSteps));
        stage.send(
            event::ProgressChanged{{"prune", "step " + std::to_string(step), double(step), 60, (60.0 - step) * 0.17}});
        if (step % 20 == 0) {
            stage.send(event::CheckpointSaved{"checkpoints/step-" + std::to_string(step), step});
            const double perplexity = 4.5 + 0.02 * step;
            stage.send(event::Perplexity{"TinyStories", "checkpoint", step, std::log(perplexity), perplexity, 4088,
                                         "BOS + 511 tokens", 0.001 * step, 0.005});
            stage.send(event::Sample{"checkpoint", "Once upon a time", "Once upon a time, at step " + std::to_string(step)});
        }
    }
    return true;
}

void playRun(Stage& stage, const std::string& folder, int milliseconds) {
    playOpening(stage, folder);
    playMeasures(stage, "dense", 260032, 4.507);
    if (!playKnowledge(stage, milliseconds)) return stage.cancelled();
    stage.send(event::StageChanged{"prune", "Pruning"});
    if (!playSteps(stage, milliseconds)) return stage.cancelled();
    stage.send(event::StageChanged{"evaluate", "Evaluating"});
    playMeasures(stage, "pruned", 208000, 6.1);
    playMeasures(stage, "recovered", 208000, 5.3);
    stage.send(event::Certificate{folder + "/model", "the model in memory", 3.1e-6, 2e-12, 1.0, true});
    stage.completed();
}

/// The original goes on with "a b c", the others leave it at the second token.
void playTexts(Stage& stage, const command::WriteTexts& command) {
    for (const ComparedModel& model : command.models) {
        const bool itself = model.path == command.original.path && !model.beforeRecovery;
        event::Written written{model.label, command.prompt, command.prompt, {" a", itself ? " b" : " x", " c"}, {}};
        if (!itself) written.kl = {0.25, 1.5, 0.5};
        written.ids = {1, 10, 20, itself ? 21 : 24, 22};
        stage.send(std::move(written));
    }
    stage.completed();
}

/// All removed groups of two node groups, then the neurons of the stronger; 2 nats in all.
void playCauses(Stage& stage) {
    using Masked = event::TokenCause::Masked;
    stage.send(event::Note{"warning", "1 of the run's edits have no mask and are left out (vocabulary: no mask)"});
    stage.send(event::TokenCause{Masked::Nothing, "", {}, -1, "", 0, 0, std::log(0.8), " b"});
    stage.send(event::TokenCause{Masked::All, "", {}, -1, "", 0, 2, std::log(0.1), " x"});
    const event::TokenCause parts[] = {
        {Masked::AllButPart, "layers.0.attention", {1}, -1, "", 0, 2.25, std::log(0.08), " x"},
        {Masked::AllButPart, "layers.1.mlp", {3, 9}, -1, "", 0, 0.5, std::log(0.5), " b"},
        {Masked::AllButPart, "", {}, 2, "attention", 0, 1.75, std::log(0.15), " x"},
        {Masked::AllButPart, "layers.1.mlp", {3}, -1, "", 1, 1.9, std::log(0.12), " x"},
        {Masked::AllButPart, "layers.1.mlp", {9}, -1, "", 1, 0.75, std::log(0.4), " b"}};
    double done = 0;
    for (const event::TokenCause& part : parts) {
        if (!stage.goOn()) return stage.cancelled();
        stage.send(part);
        stage.send(event::ProgressChanged{{"evaluate", "", ++done, 5, 5 - done}});
    }
    stage.completed();
}

}  // namespace

Worker::Factory scriptedEngine(Script script) {
    return [script = std::move(script)] { return std::make_unique<ScriptedEngine>(script); };
}

Script usualScript(int stepMilliseconds) {
    return [stepMilliseconds](const Command& command, Stage& stage) {
        if (const auto* open = std::get_if<command::OpenModel>(&command)) {
            playOpening(stage, open->folder);
            return stage.completed();
        }
        if (std::holds_alternative<command::AnalyseKnowledge>(command))
            return playKnowledge(stage, stepMilliseconds) ? stage.completed() : stage.cancelled();
        if (const auto* run = std::get_if<command::StartRun>(&command))
            return playRun(stage, run->recipe.model.path, stepMilliseconds);
        if (const auto* write = std::get_if<command::Generate>(&command)) {
            stage.send(event::Sample{write->model, write->prompt, write->prompt + ", seed " + std::to_string(write->seed)});
            return stage.completed();
        }
        if (const auto* write = std::get_if<command::WriteTexts>(&command)) return playTexts(stage, *write);
        if (std::holds_alternative<command::ExplainToken>(command)) return playCauses(stage);
        if (const auto* measure = std::get_if<command::MeasureDivergence>(&command)) {
            for (const ComparedModel& model : measure->models) {
                stage.send(
                    event::Measurement{model.label, "kl", "nats/token", 0.125, 0.004, false, "TinyStories, 20 windows"});
                stage.send(
                    event::Measurement{model.label, "same_choice", "acc", 0.875, 0.01, false, "TinyStories, 20 windows"});
            }
            return stage.completed();
        }
        if (const auto* out = std::get_if<command::ExportModel>(&command)) {
            stage.send(event::Certificate{out->destination, out->runFolder, 2.4e-6, 1e-12, 1.0, true});
            return stage.completed();
        }
        if (std::holds_alternative<command::MeasureMachine>(command))
            return stage.send(event::Finished{
                event::Finished::Outcome::Completed,
                {},
                R"({"fp32_gflops":190.4,"bf16_gflops":741.0,"mixed_pays":true,"threads":2,"cores":2,"cuda":"no GPU here"})"});
        stage.failed(Error(ErrorCode::Unsupported, "script", "this command is not in the script"));
    };
}

}  // namespace lorashear::testing
