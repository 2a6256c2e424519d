#pragma once

#include <QString>

#include <string>
#include <vector>

class QLineEdit;
class QPushButton;

class QWidget;

namespace lorashear {
struct Structure;
}

namespace lorashear::ui {

class Session;

/// A rule of protection with its name: "First and last block" and the patterns that say it.
struct ReadyRule {
    std::string id;
    QString title;
    std::vector<std::string> patterns;
};

/// Those that say something about this model: its ends, and every kind of unit that a plan may take from.
std::vector<ReadyRule> readyRules(const Structure& structure);

/// A button with these rules as its menu: each is one undoable edit, and the last begins a regular expression in `line`.
QPushButton* makeProtectRules(Session& session, QLineEdit* line, QWidget* parent);

/// The counts that every block of a plan with equal counts may keep: "KV groups 1 to 4; neurons 2, 4 … 172"; "" without a model.
QString legalCounts(const Session& session);

}  // namespace lorashear::ui
