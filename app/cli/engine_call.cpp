#include "app/cli/engine_call.h"

#include "app/cli/progress_line.h"
#include "core/base/stage.h"
#include "core/run/engine.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace lorashear::app {

namespace {

std::string fixed(double value, int digits) {
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

/// Says what a person at a terminal wants to hear of the stream of events.
class Narrator {
public:
    void operator()(const RunEvent& event) {
        std::visit([this](const auto& known) { hear(known); }, event);
    }
    event::Finished finished;

private:
    template <class T>
    void hear(const T&) {}
    void hear(const event::StageChanged& event) { m_line.say("* " + event.text); }
    void hear(const event::Note& event) { m_line.say("  " + event.text); }
    void hear(const event::ProgressChanged& event) { m_line.show(event.progress); }
    void hear(const event::Perplexity& event) {
        const bool within = event.model == roleName(ModelRole::Checkpoint);
        m_line.say("  perplexity of " + event.name + ", " +
                   (within ? "step " + std::to_string(event.step) + " (first windows)" : event.model) + ": " +
                   fixed(event.perplexity, 3));
    }
    void hear(const event::PlanMade& event) {
        std::string what;
        for (const Unit& unit : unitTable())
            if (event.plan->remove.count(unit.id))
                what += (what.empty() ? "" : ", ") + std::to_string(event.plan->removed(unit.id)) + " " + unit.many;
        m_line.say("  " + what + " will go: " + fixed(100 * event.plan->expectedRatio, 2) + " % of all parameters");
    }
    void hear(const event::Finished& event) { finished = event; }

    ProgressLine m_line;
};

}  // namespace

nlohmann::json callEngine(CliContext& context, const Command& command, bool silent) {
    Narrator narrator;
    makeEngine(context.threads)
        ->execute(
            command,
            [&](RunEvent event) {
                if (!silent || std::holds_alternative<event::Finished>(event)) narrator(event);
            },
            context.control.stop, context.control.pause);
    const event::Finished& end = narrator.finished;
    if (end.outcome == event::Finished::Outcome::Cancelled)
        throw Error(ErrorCode::Cancelled, {}, "stopped on request", "lorashear resume goes on where it stopped");
    if (end.outcome == event::Finished::Outcome::Failed) throw *end.error;
    return nlohmann::json::parse(end.resultJson);
}

}  // namespace lorashear::app
