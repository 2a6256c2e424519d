#pragma once

#include "core/run/command.h"
#include "core/run/run_event.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace lorashear::ui {

/// "Which removed group changed this token?": what was asked, and what the engine has answered so far.
struct Explanation {
    command::ExplainToken asked;
    QString column, text;   ///< the column's title, and the token as it stands in its text
    int token = 0;          ///< of those that were written, from 0 on
    std::string runFolder;  ///< the run that was shown

    std::optional<event::TokenCause> original, removed;  ///< nothing masked; all that the run removed
    std::vector<event::TokenCause> parts;                ///< each back alone, in the order of measuring
    QStringList notes;                                   ///< what has no mask and was left out
    std::optional<event::Finished::Outcome> outcome;     ///< nothing: it is being measured
    QString failure, hint;  ///< why there is no answer, and what to do; "": there is one, or it was cancelled

    void hear(const RunEvent& event);
    bool cancelled() const { return outcome == event::Finished::Outcome::Cancelled; }
    /// Nats of this token that come back with a part: below zero where it makes things worse.
    double explains(const event::TokenCause& part) const { return removed ? removed->kl - part.kl : 0; }
};

}  // namespace lorashear::ui
