#pragma once

#include "core/run/recipe.h"
#include "core/settings/option_set.h"

#include <QJsonObject>
#include <QWidget>

#include <functional>
#include <vector>

class QComboBox;
class QLabel;

namespace lorashear::ui {

class Session;

/// A choice from a table of methods or schemes, and the options of the chosen one. Both are made from the table: a new entry, or a new option
/// of one, needs no line here.
class OptionForm : public QWidget {
    Q_OBJECT
public:
    struct Entry {
        std::string id, title, help;
        OptionSet options;
    };
    struct Source {
        QString name, prefix;  ///< object names: of the choice, and what those of options begin with
        QString label, toolTip;
        std::vector<Entry> entries;
        std::function<std::string&(Recipe&)> id, options;
    };
    OptionForm(Session& session, Source source, QWidget* parent = nullptr);

private:
    const Entry* chosen() const;
    /// Every option as the recipe has it, defaults filled in.
    QJsonObject values() const;
    void refresh();
    void rebuild(const Entry& entry);
    QWidget* makeField(const Setting& setting);
    QWidget* makeWeights(const Setting& setting);
    void setOption(const QString& key, const QJsonValue& value);
    void choose(int index);

    Session& m_session;
    Source m_source;
    QComboBox* m_choice;
    QLabel* m_help;
    QWidget* m_fields = nullptr;
    std::string m_shown;
    std::vector<std::function<void(const QJsonObject&)>> m_refreshers;
    bool m_refreshing = false;
};

/// The pruning method.
class MethodForm : public OptionForm {
public:
    explicit MethodForm(Session& session, QWidget* parent = nullptr);
};

/// The scheme of recovery.
class SchemeForm : public OptionForm {
public:
    explicit SchemeForm(Session& session, QWidget* parent = nullptr);
};

/// "period_steps" -> "Period steps".
QString optionLabel(const std::string& key);

}  // namespace lorashear::ui
