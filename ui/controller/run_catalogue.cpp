#include "ui/controller/run_catalogue.h"

#include "core/run/run_holder.h"
#include "ui/controller/places.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace lorashear::ui {

RunCatalogue::RunCatalogue(QObject* parent) : QObject(parent) {}

RunCatalogue::~RunCatalogue() {
    ++m_turn;
    m_thread = {};  // asks it to stop and waits for it, one piece of a log at most
}

RunCatalogue::State RunCatalogue::stateOf(const QString& folder) {
    const QFileInfo log(folder + QStringLiteral("/events.jsonl"));
    return {log.exists() ? log.size() : -1, log.lastModified(), runHolder(folder.toStdString()).has_value()};
}

void RunCatalogue::refresh(const QStringList& folders) {
    if (m_reading) {
        m_wanted = folders;
        m_again = true;
        return;
    }
    std::erase_if(m_runs, [&](const RunSummary& run) { return !folders.contains(run.folder); });
    std::erase_if(m_known, [&](const auto& entry) { return !folders.contains(entry.first); });
    m_reading = true;
    const quint64 turn = ++m_turn;
    m_thread = std::jthread(
        [this, folders, known = m_known, turn](std::stop_token stop) { work(folders, known, turn, std::move(stop)); });
}

/// On the thread.
void RunCatalogue::work(const QStringList& folders, std::map<QString, State> known, quint64 turn, std::stop_token stop) {
    const auto post = [this, turn](std::function<void()> action) {
        QMetaObject::invokeMethod(
            this,
            [this, turn, action = std::move(action)] {
                if (turn == m_turn) action();
            },
            Qt::QueuedConnection);
    };
    try {
        for (const QString& folder : folders) {
            if (stop.stop_requested()) return;
            const State state = stateOf(folder);
            const auto before = known.find(folder);
            if (before != known.end() && before->second == state) continue;
            auto summary = std::make_shared<RunSummary>(readSummary(folder, stop));
            post([this, summary, state] { take(std::move(*summary), state); });
        }
    } catch (const std::exception&) {  // stopped: nobody waits any more
        return;
    }
    post([this] {
        m_reading = false;
        Q_EMIT changed();
        if (std::exchange(m_again, false)) refresh(m_wanted);
    });
}

void RunCatalogue::take(RunSummary summary, const State& state) {
    m_known[summary.folder] = state;
    std::erase_if(m_runs, [&](const RunSummary& run) { return run.folder == summary.folder; });
    const auto at =
        std::find_if(m_runs.begin(), m_runs.end(), [&](const RunSummary& run) { return run.changed < summary.changed; });
    m_runs.insert(at, std::move(summary));
    Q_EMIT changed();
}

QStringList findRuns(const QStringList& others) {
    QStringList folders;
    for (const QFileInfo& entry : QDir(runsFolder()).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time))
        if (kindOf(entry.absoluteFilePath()) == PathKind::Run) folders << QDir::cleanPath(entry.absoluteFilePath());
    for (const QString& other : others) {
        const QString path = QDir::cleanPath(QFileInfo(other).absoluteFilePath());
        if (!folders.contains(path) && kindOf(path) == PathKind::Run) folders << path;
    }
    return folders;
}

}  // namespace lorashear::ui
