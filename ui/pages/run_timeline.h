#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QSlider;

namespace lorashear::ui {

class Session;
class TimelineView;

/// The time of a run: what its recipe announced, what happened when, and a slider over its steps. Where the slider stands, the whole window
/// looks at the run; at its right end it goes along with the run. Before a run it is the recipe's schedule, whose ends can be moved.
class RunTimeline : public QWidget {
    Q_OBJECT
public:
    RunTimeline(Session& session, QWidget* parent);
    void lookAt(double step);  ///< as if the slider had been moved there

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void showMoment();
    void moveTo(int step);
    void jump(int way);  ///< to the next event of the run, or the one before
    bool eventFilter(QObject* watched, QEvent* event) override;
    void alignBand();

    Session& m_session;
    TimelineView* m_view;
    QSlider* m_scrubber;
    QLabel* m_words;
    QPushButton* m_newest;
};

}  // namespace lorashear::ui
