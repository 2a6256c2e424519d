#pragma once

#include <QPointer>
#include <QString>
#include <QWidget>

class QFrame;
class QLabel;
class QPushButton;

namespace lorashear::ui {

/// Lies over a window: dims everything but one widget, which can be used as ever, and stands a callout beside it. Escape closes it, the arrow keys go back
/// and on while the callout has the keyboard. When the widget is not in sight nothing is dimmed and the window can be used.
class TourOverlay : public QWidget {
    Q_OBJECT
public:
    explicit TourOverlay(QWidget& window);

    struct Words {
        QString where, title, text;  ///< "Lesson · 2 of 6"
        QString task;                ///< what is to be done; "": nothing
        QString problem;             ///< why it could not be
        bool done = false;           ///< the task
        bool canPerform = false;     ///< "Do it for me"
        bool first = false, last = false;
    };
    void setWords(const Words& words);
    void light(QWidget* target);         ///< null: nothing
    QRect lit() const { return m_lit; }  ///< in the window; empty: nothing is dimmed
    QRect callout() const;

Q_SIGNALS:
    void backWanted();
    void nextWanted();  ///< by the button, whatever its words, or by the arrow key when the task is done
    void performWanted();
    void closeWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeCallout();
    void place();
    void placeSoon();
    void placeCallout();
    bool handleKey(int key);
    void watch(QWidget* target, bool on);

    QWidget& m_window;
    QPointer<QWidget> m_target;
    QRect m_lit;
    QFrame* m_callout;
    QLabel *m_where, *m_title, *m_text, *m_task, *m_problem;
    QPushButton *m_back, *m_next, *m_perform, *m_close;
    bool m_mayGoOn = true, m_placing = false;
};

}  // namespace lorashear::ui
