// What the window asks the engine of models that are held against each other.

#include "ui/controller/studio.h"

#include <algorithm>
#include <utility>

namespace lorashear::ui {

namespace {

/// Those whose weights are there.
std::vector<ComparedModel> kept(std::vector<ComparedModel> models) {
    std::erase_if(models, [](const ComparedModel& model) { return model.path.empty(); });
    return models;
}

}  // namespace

void Studio::writeTexts(command::WriteTexts command) {
    if (refuseWhileBusy(tr("writing text"))) return;
    command.models = kept(std::move(command.models));
    if (command.models.empty())
        return reportProblem(tr("None of these models is on the disk."), tr("writing text"),
                             tr("Choose a column whose run kept its result."));
    m_sideBySide.begin(m_session.run().folder, m_session.run().samples.size());
    submit(std::move(command));
}

void Studio::measureDivergence(command::MeasureDivergence command) {
    if (refuseWhileBusy(tr("measuring KL"))) return;
    command.models = kept(std::move(command.models));
    if (command.models.empty())
        return reportProblem(tr("There is no model to hold against the original."), tr("measuring KL"),
                             tr("Choose a column whose run kept its result."));
    submit(std::move(command));
}

bool Studio::explainToken(Explanation asked) {
    if (refuseWhileBusy(tr("explaining a token"))) return false;
    asked.runFolder = m_session.run().folder;
    m_sideBySide.explain(asked);
    submit(std::move(asked.asked));
    return true;
}

/// True: the event is about columns of the comparison, not about the run shown, whose figures and log it must not join.
bool Studio::hearComparison(const RunEvent& event, const Command& command) {
    const auto* write = std::get_if<command::WriteTexts>(&command);
    const auto* measure = std::get_if<command::MeasureDivergence>(&command);
    const auto* explain = std::get_if<command::ExplainToken>(&command);
    if (write) m_sideBySide.hear(event, *write);
    if (measure) m_sideBySide.hear(event, *measure);
    if (explain) m_sideBySide.hear(event, *explain);
    if (!write && !measure && !explain) return false;
    const auto* note = std::get_if<event::Note>(&event);
    const auto* progress = std::get_if<event::ProgressChanged>(&event);
    if (note) Q_EMIT noticed(QString::fromStdString(note->text));
    if (progress) m_sideBySide.setProgress(progress->progress);
    if (std::holds_alternative<event::Finished>(event)) m_sideBySide.setProgress({});
    return note || progress || std::holds_alternative<event::StageChanged>(event) ||
           (measure && std::holds_alternative<event::Measurement>(event)) ||
           std::holds_alternative<event::TokenCause>(event);
}

}  // namespace lorashear::ui
