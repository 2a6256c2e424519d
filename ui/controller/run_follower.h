#pragma once

#include "core/base/error.h"
#include "core/run/event_log.h"
#include "core/run/run_holder.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <optional>

namespace lorashear::ui {

/// Watches a run that another process works on: what its log gains is handed on until that process lets go of the run. Writes nothing and
/// holds nothing, so that it cannot be in the way. GUI thread only.
class RunFollower : public QObject {
    Q_OBJECT
public:
    explicit RunFollower(QObject* parent = nullptr);

    /// The process that works on the run, if it is another one.
    static std::optional<RunHolder> otherHolder(const QString& folder);
    /// From where the reader stands; does nothing when no other process has the run.
    void follow(const QString& folder, std::shared_ptr<EventLogReader> reader);
    void stop();
    bool following() const { return m_reader != nullptr; }
    const QString& folder() const { return m_folder; }
    const RunHolder& holder() const { return m_holder; }

Q_SIGNALS:
    void grown(const lorashear::EventLogReader::Batch& batch);
    void changed();  ///< begun or ended
    void failed(const lorashear::Error& error);

private:
    void poll();
    bool readOn();

    QString m_folder;
    std::shared_ptr<EventLogReader> m_reader;
    RunHolder m_holder;
    QTimer m_timer;
};

/// "lorashear, process 4711", with the machine where it is another one.
QString holderWords(const RunHolder& holder);

}  // namespace lorashear::ui
