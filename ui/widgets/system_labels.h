#pragma once

#include <QObject>
#include <QTimer>

class QLabel;
class QStatusBar;

namespace lorashear::ui {

/// What the status bar says of the machine: memory, measured every two seconds, and the threads of the engine.
class SystemLabels : public QObject {
    Q_OBJECT
public:
    SystemLabels(QStatusBar& bar, QObject* parent);
    void setThreads(int asked);  ///< of the recipe; 0: one a core

private:
    void measure();

    QStatusBar& m_bar;
    QLabel *m_memory, *m_threads;
    QTimer m_again;
};

}  // namespace lorashear::ui
