#include "ui/controller/explanation.h"

#include <variant>

namespace lorashear::ui {

void Explanation::hear(const RunEvent& event) {
    using Masked = event::TokenCause::Masked;
    if (const auto* cause = std::get_if<event::TokenCause>(&event)) {
        if (cause->masked == Masked::Nothing) original = *cause;
        if (cause->masked == Masked::All) removed = *cause;
        if (cause->masked == Masked::AllButPart) parts.push_back(*cause);
    } else if (const auto* note = std::get_if<event::Note>(&event)) {
        notes << QString::fromStdString(note->text);
    } else if (const auto* finished = std::get_if<event::Finished>(&event)) {
        outcome = finished->outcome;
        if (!finished->error) return;
        failure = QString::fromStdString(finished->error->subject() + ' ' + finished->error->message()).trimmed();
        hint = QString::fromStdString(finished->error->hint());
    }
}

}  // namespace lorashear::ui
