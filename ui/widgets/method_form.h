#pragma once

#include "core/prune/option_spec.h"
#include "core/run/recipe.h"
#include "ui/widgets/timeline_view.h"

#include <QJsonObject>
#include <QWidget>

#include <functional>
#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;

namespace lorashear::ui {

class Session;

/// The pruning method and its options, made from the method's table: a new option needs no line here.
class MethodForm : public QWidget {
    Q_OBJECT
public:
    MethodForm(Session& session, QWidget* parent = nullptr);

private:
    void refresh();
    void rebuild(const MethodInfo& method);
    QWidget* makeField(const OptionSpec& spec);
    QWidget* makeWeights(const OptionSpec& spec);
    void setOption(const QString& key, const QJsonValue& value);
    void setMethod(int index);

    Session& m_session;
    QComboBox* m_method;
    QLabel* m_help;
    QWidget* m_fields = nullptr;
    std::string m_shown;
    std::vector<std::function<void(const QJsonObject&)>> m_refreshers;
    bool m_refreshing = false;
};

/// "periodSteps" -> "Period steps".
QString optionLabel(const std::string& key);
/// The recipe's schedule as a timeline: warm-up, pruning periods, settling, recovery phases.
std::vector<TimelinePart> scheduleOf(const Recipe& recipe);

}  // namespace lorashear::ui
