#pragma once

#include "core/run/recipe.h"

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
        QString name;      ///< object name
        QString label;
        QString toolTip;
        QString suffix;
    };
    QSpinBox* integer(const Field& field, int least, int most, std::function<int&(Recipe&)> value);
    /// Shown as value * scale, e.g. 100 for per cent.
    QDoubleSpinBox* number(const Field& field, double least, double most, int decimals, double step, std::function<double&(Recipe&)> value,
                           double scale = 1);
    QCheckBox* flag(const Field& field, std::function<bool&(Recipe&)> value);
    QComboBox* choice(const Field& field, const std::vector<std::pair<QString, std::string>>& choices, std::function<std::string&(Recipe&)> value);
    /// Comma-separated list.
    QLineEdit* list(const Field& field, std::function<std::vector<std::string>&(Recipe&)> value);

    /// A row of one's own; `refresh` brings it up to the recipe.
    void add(const Field& field, QWidget* widget, std::function<void(const Recipe&)> refresh);
    void edit(const Field& field, const std::function<void(Recipe&)>& change);

private:
    void refresh();

    Session& m_session;
    QFormLayout* m_form;
    std::vector<std::function<void(const Recipe&)>> m_refreshers;
    bool m_refreshing = false;
};

}  // namespace lorashear::ui
