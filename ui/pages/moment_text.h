#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace lorashear::ui {

class Session;

/// What the model of a run wrote last by the step that is looked at.
class MomentText : public QWidget {
    Q_OBJECT
public:
    MomentText(Session& session, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();

    Session& m_session;
    QLabel* m_when;
    QPlainTextEdit* m_text;
};

}  // namespace lorashear::ui
