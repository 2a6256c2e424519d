#pragma once

#include "core/base/error.h"
#include "core/run/event_log.h"
#include "core/run/recipe.h"
#include "ui/controller/run_state.h"

#include <QObject>

#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

namespace lorashear::ui {

/// A run's folder as it was read.
struct RunHistory {
    QString folder;
    Recipe recipe;                ///< the run's own record
    RunState run;                 ///< what its events add up to
    std::vector<RunEvent> about;  ///< the events that tell of its model, structure and knowledge
    std::vector<std::pair<double, RunEvent>>
        timed{};  ///< stages, steps and progress with their times, for a run that goes on elsewhere
    std::shared_ptr<EventLogReader> reader{};  ///< stands at the end of what was read
};

/// Bytes of an event log that are read in a moment that nobody notices (some 20 ms).
inline constexpr qint64 kReadAtOnce = 1 << 20;

/// Size of the run's event log, in bytes.
qint64 logSize(const QString& folder);
/// Reads a run piece by piece. share: of the log, 0 to 1. Error(Cancelled) once stopped; Error(BadInput) as RunFolder and EventLogReader.
RunHistory readRun(const QString& folder, std::stop_token stop = {}, const std::function<void(double share)>& progress = {});

/// Reads runs with long logs on a thread of its own: the engine is not needed for it, and the window goes on. GUI thread only.
class RunReader : public QObject {
    Q_OBJECT
public:
    explicit RunReader(QObject* parent = nullptr);
    ~RunReader() override;

    void read(const QString& folder);  ///< instead of the one being read, if any
    void cancel();
    bool reading() const { return m_share >= 0; }
    double share() const { return m_share; }  ///< -1: nothing is being read

Q_SIGNALS:
    void shareChanged();
    void finished(std::shared_ptr<lorashear::ui::RunHistory> history);
    void failed(const lorashear::Error& error);

private:
    void setShare(double share);
    void work(const QString& folder, quint64 turn, std::stop_token stop);
    /// Later, on the GUI thread, unless another run is read by then.
    void post(quint64 turn, std::function<void()> action);

    quint64 m_turn = 0;
    double m_share = -1;
    std::jthread m_thread;
};

}  // namespace lorashear::ui
