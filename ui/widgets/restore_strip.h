#pragma once

#include <QFrame>

class QLabel;

namespace lorashear::ui {

/// "Restore the work of 10:42?": what would be restored, and three answers. In the way of nothing.
class RestoreStrip : public QFrame {
    Q_OBJECT
public:
    explicit RestoreStrip(QWidget* parent);
    void setWords(const QString& title, const QString& words);

Q_SIGNALS:
    void restoreWanted();
    void discardWanted();
    void laterWanted();

private:
    QLabel *m_title, *m_words;
};

}  // namespace lorashear::ui
