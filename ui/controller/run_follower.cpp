#include "ui/controller/run_follower.h"

#include <QCoreApplication>
#include <QSysInfo>

namespace lorashear::ui {

namespace {
constexpr int kPollMilliseconds = 250;
constexpr std::uint64_t kBytesAtOnce = 1 << 20;
}  // namespace

RunFollower::RunFollower(QObject* parent) : QObject(parent) {
    m_timer.setInterval(kPollMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &RunFollower::poll);
}

std::optional<RunHolder> RunFollower::otherHolder(const QString& folder) {
    std::optional<RunHolder> holder = runHolder(folder.toStdString());
    const bool here = holder && holder->host == QSysInfo::machineHostName().toStdString();
    if (here && holder->pid == QCoreApplication::applicationPid()) return std::nullopt;
    return holder;
}

void RunFollower::follow(const QString& folder, std::shared_ptr<EventLogReader> reader) {
    stop();
    const std::optional<RunHolder> holder = otherHolder(folder);
    if (!holder || !reader) return;
    m_folder = folder;
    m_holder = *holder;
    m_reader = std::move(reader);
    m_timer.start();
    Q_EMIT changed();
}

void RunFollower::stop() {
    if (!following()) return;
    m_timer.stop();
    m_reader.reset();
    Q_EMIT changed();
}

bool RunFollower::readOn() {
    try {
        const std::uint64_t before = m_reader->offset();
        const EventLogReader::Batch batch = m_reader->poll(kBytesAtOnce);
        if (batch.fromStart || !batch.events.empty()) Q_EMIT grown(batch);
        return m_reader && m_reader->offset() != before;
    } catch (const Error& error) {
        stop();
        Q_EMIT failed(error);
    }
    return false;
}

/// Asked first: what a process that has let go had to say is in the log then.
void RunFollower::poll() {
    const bool held = otherHolder(m_folder).has_value();
    const bool more = readOn();
    if (following() && !held && !more) stop();
}

QString holderWords(const RunHolder& holder) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("lorashear::ui::RunFollower", text); };
    if (holder.pid <= 0) return tr("a process that does not say its name");
    const QString words = tr("%1, process %2")
                              .arg(holder.program.empty() ? tr("a program") : QString::fromStdString(holder.program))
                              .arg(holder.pid);
    const QString host = QString::fromStdString(holder.host);
    return host.isEmpty() || host == QSysInfo::machineHostName() ? words : tr("%1 on %2").arg(words, host);
}

}  // namespace lorashear::ui
