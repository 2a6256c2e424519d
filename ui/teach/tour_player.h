#pragma once

#include "ui/controller/session.h"
#include "ui/teach/tour.h"
#include "ui/teach/tour_actions.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <vector>

class QTabWidget;

namespace lorashear::ui {

class MainWindow;
class Studio;
class TourOverlay;

/// Walks a tour through the window, one at a time. A step whose widget is not there is passed over with a line in the log. However it ends, page, tabs,
/// selection and keyboard are what they were when it began, and so is the recipe unless the window goes; edits that were made meanwhile can be redone.
class TourPlayer : public QObject {
    Q_OBJECT
public:
    TourPlayer(MainWindow& window, Studio& studio);
    ~TourPlayer() override;

    void start(const Tour& tour);
    void close();
    void closeKeepingEdits();  ///< the window goes: what was changed is kept, or asked about
    bool running() const;
    int step() const { return m_step; }
    const Tour& tour() const { return m_tour; }
    const TourContext& context() const { return m_context; }
    void next();  ///< from the last step: the end
    void back();
    void perform();

private:
    void listen();
    void remember();
    void putBack();
    void takeBack();
    bool goTo(int step, int direction);
    void refresh();
    void hearRun();
    void hearTrial();

    struct Before {
        QString page;
        std::vector<std::pair<QPointer<QTabWidget>, int>> tabs;
        QPointer<QWidget> focus;
        Selection selection;
        const void* structure = nullptr;
        int undoIndex = 0;
    };
    MainWindow& m_window;
    Studio& m_studio;
    Tour m_tour;
    TourContext m_context;
    Recipe m_runRecipe;  ///< of the run that was started last
    Before m_before;
    QPointer<TourOverlay> m_overlay;
    QString m_problem;
    int m_step = -1;
};

}  // namespace lorashear::ui
