#pragma once

#include "core/run/recipe.h"
#include "core/settings/setting.h"

#include "ui/widgets/checked_line.h"

#include <QObject>
#include <QString>

#include <functional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;
class QWidget;

namespace lorashear::ui {

class Session;

/// Fields of the recipe as rows of a form: a change becomes an undoable edit of the session, an undo comes back to the field.
/// Every field gets its label as accessible name; units are in the field.
class RecipeForm : public QObject {
    Q_OBJECT
public:
    RecipeForm(Session& session, QFormLayout* form, QWidget* parent);

    struct Field {
        QString name;  ///< object name
        QString label;
        QString toolTip;
        QString suffix;
        Setting setting{};  ///< of the recipe; limits of boxes come from it
    };
    QSpinBox* integer(const Field& field, std::function<int&(Recipe&)> value);
    /// Shown as value * scale, e.g. 100 for per cent.
    QDoubleSpinBox* number(const Field& field, int decimals, double step, std::function<double&(Recipe&)> value,
                           double scale = 1);
    QCheckBox* flag(const Field& field, std::function<bool&(Recipe&)> value);
    QComboBox* choice(const Field& field, const std::vector<std::pair<QString, std::string>>& choices,
                      std::function<std::string&(Recipe&)> value);
    /// Comma-separated list.
    QLineEdit* list(const Field& field, std::function<std::vector<std::string>&(Recipe&)> value);

    /// A line that is checked before the recipe changes. `show`: what the recipe says; `write` gets an entry that passed.
    CheckedLine* line(const Field& field, std::function<QString(Recipe&)> show, CheckedLine::Check check,
                      std::function<void(Recipe&, const QString&)> write);

    /// A row of one's own; `refresh` brings it up to the recipe.
    void add(const Field& field, QWidget* widget, std::function<void(const Recipe&)> refresh);
    /// Labels added from now on are at least so wide as `longest`: fields of several forms stand in one column.
    void alignTo(const QString& longest);
    void addWide(QWidget* widget);  ///< no field, just something between the rows
    void edit(const Field& field, const std::function<void(Recipe&)>& change);
    /// What the fields belong to besides the recipe, e.g. the item chosen in a list: edits of different ones are different steps of undo.
    void setScope(std::function<QString()> scope) { m_scope = std::move(scope); }
    /// Everything anew, entries that were refused too: another item was chosen.
    void reload();

private:
    void refresh();
    void settle();

    Session& m_session;
    QFormLayout* m_form;
    std::vector<std::function<void(const Recipe&)>> m_refreshers;
    std::vector<std::function<void()>> m_settlers;  ///< enter what is typed
    std::function<QString()> m_scope;
    QString m_longestLabel;
    bool m_refreshing = false, m_reloading = false;
};

/// A field of the recipe's table, by pointer: limits, help and, unless another suffix is given, the unit are the table's.
RecipeForm::Field fieldOf(const QString& name, const QString& label, const std::string& pointer, const QString& suffix = {});

}  // namespace lorashear::ui
