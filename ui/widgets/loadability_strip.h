#pragma once

#include "core/loadability/rules.h"

#include <QWidget>

#include <vector>

class QLabel;
class QPushButton;

namespace lorashear::ui {

/// One mark per program that may open the result: opens, opens with our modelling file, or does not, with the rule in the way. The first
/// program that does not take it can be snapped to. Says the same in words for screen readers.
class LoadabilityStrip : public QWidget {
    Q_OBJECT
public:
    explicit LoadabilityStrip(QWidget* parent = nullptr);
    void setVerdicts(const std::vector<LoadVerdict>& verdicts);
    void clear();

Q_SIGNALS:
    void snapRequested(const QString& runtime);

private:
    QLabel *m_marks, *m_rule;
    QPushButton* m_snap;
    QString m_target;
};

}  // namespace lorashear::ui
