#pragma once

#include "ui/controller/run_summary.h"

#include <QObject>
#include <QStringList>

#include <map>
#include <thread>
#include <vector>

namespace lorashear::ui {

/// Summaries of many runs, read on a thread of its own; a run whose log has not grown since is not read again. GUI thread only.
class RunCatalogue : public QObject {
    Q_OBJECT
public:
    explicit RunCatalogue(QObject* parent = nullptr);
    ~RunCatalogue() override;

    /// From now on these runs; what is new or has grown is read, one after the other.
    void refresh(const QStringList& folders);
    const std::vector<RunSummary>& runs() const { return m_runs; }  ///< the newest first
    bool reading() const { return m_reading; }

Q_SIGNALS:
    void changed();  ///< a run more, another state of one, or all read

private:
    struct State {
        qint64 size = -1;
        QDateTime changed;
        bool held = false;
        bool operator==(const State&) const = default;
    };
    static State stateOf(const QString& folder);
    void work(const QStringList& folders, std::map<QString, State> known, quint64 turn, std::stop_token stop);
    void take(RunSummary summary, const State& state);

    std::vector<RunSummary> m_runs;
    std::map<QString, State> m_known;
    QStringList m_wanted;  ///< asked for while others were being read
    bool m_reading = false, m_again = false;
    quint64 m_turn = 0;
    std::jthread m_thread;
};

/// Folders of runs: those under the user's state folder, and `others` that are there still.
QStringList findRuns(const QStringList& others);

}  // namespace lorashear::ui
