#pragma once

#include "core/loadability/rules.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;

namespace lorashear::ui {

/// One mark per program that may open the result: opens, opens with our modelling file, or does not. Of one program at a time, at first the
/// first that does not take the plan as it is, the rule in the way and its notes are written out, and the plan can be snapped to it.
/// Says all in words for screen readers.
class LoadabilityStrip : public QWidget {
    Q_OBJECT
public:
    explicit LoadabilityStrip(QWidget* parent = nullptr);
    void setVerdicts(const std::vector<LoadVerdict>& verdicts);
    void clear();

Q_SIGNALS:
    void snapRequested(const QString& runtime);

protected:
    void changeEvent(QEvent* event) override;

private:
    /// What there is to say of one program.
    struct Words {
        QString id, title, text, brief;
        bool snappable = false;
    };
    void fillPrograms();
    void showMarks();
    void showProgram(int index);

    QLabel *m_marks, *m_rule;
    QComboBox* m_programs;
    QPushButton* m_snap;
    std::vector<LoadVerdict> m_verdicts;
    std::vector<Words> m_words;
    QString m_target;  ///< id of the program shown
};

}  // namespace lorashear::ui
