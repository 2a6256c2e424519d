#pragma once

#include "core/run/command.h"
#include "core/run/run_event.h"
#include "ui/controller/explanation.h"

#include <QObject>
#include <QString>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear::ui {

/// What the engine said of models that were held against the original: the texts of the newest prompt, and how far each is from the original. Kept for as long
/// as the window is open. GUI thread only.
class SideBySide : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Texts belong to the run that was shown when they were asked for, and to no older sample of it.
    void begin(const std::string& runFolder, std::size_t samples);
    void hear(const RunEvent& event, const command::WriteTexts& asked);
    void hear(const RunEvent& event, const command::MeasureDivergence& asked);
    void hear(const RunEvent& event, const command::ExplainToken& asked);
    void explain(Explanation asked);  ///< in place of the one before
    void forgetExplanation();         ///< another model or run takes the place of what it was about
    /// Why one token is another one; null: nobody asked for one of the run that is shown, held against this original.
    const Explanation* explanation(const std::string& runFolder, const ComparedModel& original) const;
    /// How far the engine is with what it was asked for; nothing: it does none of this now.
    void setProgress(std::optional<Progress> progress);
    const std::optional<Progress>& progress() const { return m_progress; }

    /// Null: nothing was written by it beside this original, or something newer by the run itself.
    const event::Written* text(const ComparedModel& model, const ComparedModel& original, const std::string& runFolder,
                               std::size_t samples) const;
    /// On the recipe's first text.
    std::vector<event::Measurement> divergence(const ComparedModel& model, const ComparedModel& original,
                                               const Recipe& recipe) const;
    /// What the engine said of a model that it left out, as it goes on after "it"; "": it did not.
    std::string whyNoText(const ComparedModel& model, const ComparedModel& original) const;
    std::string whyNoDivergence(const ComparedModel& model, const ComparedModel& original, const Recipe& recipe) const;

Q_SIGNALS:
    void changed();             ///< texts or how far they are
    void explanationChanged();  ///< with every part that is measured: nothing else of the comparison has
    void progressChanged();

private:
    // By what the weights are, not by label: "original" is another model once another one is open.
    std::map<std::string, event::Written> m_texts;
    std::map<std::string, std::string> m_noText, m_noDivergence;
    std::string m_runFolder;
    std::size_t m_samples = 0;
    std::map<std::string, std::vector<event::Measurement>> m_divergence;
    std::optional<Explanation> m_explanation;
    std::optional<Progress> m_progress;
};

/// What the engine does with a command of the comparison, as "Measuring KL"; "" for every other command, and for none.
QString comparisonWord(const Command* command);

}  // namespace lorashear::ui
