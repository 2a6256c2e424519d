#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace lorashear::ui {

class Session;

/// Where the plan takes from what the analysis marks as most telling: says so in a sentence, why, and has the switch for it. Not there where
/// the two agree. The pages of the analysis and of the plan say it alike.
class AgreementNote : public QWidget {
    Q_OBJECT
public:
    AgreementNote(Session& session, const QString& objectName, QWidget* parent);

private:
    void refresh();

    Session& m_session;
    QLabel* m_words;
    QPushButton* m_switch;
};

}  // namespace lorashear::ui
