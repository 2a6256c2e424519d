#include "ui/controller/run_reader.h"

#include "core/run/run_folder.h"

#include <QFileInfo>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr std::uint64_t kPieceBytes = 1 << 20;

bool tellsOfTheModel(const RunEvent& event) {
    return std::holds_alternative<event::ModelOpened>(event) || std::holds_alternative<event::StructureFound>(event) ||
           std::holds_alternative<event::SaliencyMeasured>(event) ||
           std::holds_alternative<event::KnowledgeMeasured>(event) ||
           std::holds_alternative<event::KnowledgeFinished>(event);
}

bool tellsOfTime(const RunEvent& event) {
    return std::holds_alternative<event::StageChanged>(event) || std::holds_alternative<event::ProgressChanged>(event) ||
           std::holds_alternative<event::Step>(event);
}

}  // namespace

qint64 logSize(const QString& folder) {
    return QFileInfo(QString::fromStdString(RunFolder::open(folder.toStdString()).eventsFile().string())).size();
}

RunHistory readRun(const QString& folder, std::stop_token stop, const std::function<void(double share)>& progress) {
    const RunFolder source = RunFolder::open(folder.toStdString());
    const double size = double(std::max<qint64>(logSize(folder), 1));
    RunHistory history{folder, source.recipe(), {}, {}};
    history.reader = std::make_shared<EventLogReader>(source.eventsFile());
    EventLogReader& reader = *history.reader;
    for (std::uint64_t before = 0;; before = reader.offset()) {
        if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, folder.toStdString(), "reading was cancelled");
        const EventLogReader::Batch batch = reader.poll(kPieceBytes);
        if (reader.offset() == before) break;
        if (batch.fromStart) history.run = {}, history.about.clear(), history.timed.clear();
        for (const LoggedEvent& logged : batch.events) {
            history.run.apply(logged.event);
            if (tellsOfTheModel(logged.event)) history.about.push_back(logged.event);
            if (tellsOfTime(logged.event)) history.timed.emplace_back(logged.seconds, logged.event);
        }
        if (progress) progress(std::min(1.0, double(reader.offset()) / size));
    }
    history.run.started = true;
    history.run.folder = folder.toStdString();
    return history;
}

RunReader::RunReader(QObject* parent) : QObject(parent) {}

RunReader::~RunReader() {
    ++m_turn;
    m_thread = {};  // asks it to stop and waits for it, one piece of the log at most
}

void RunReader::post(quint64 turn, std::function<void()> action) {
    QMetaObject::invokeMethod(
        this,
        [this, turn, action = std::move(action)] {
            if (turn == m_turn) action();
        },
        Qt::QueuedConnection);
}

void RunReader::setShare(double share) {
    m_share = share;
    Q_EMIT shareChanged();
}

void RunReader::work(const QString& folder, quint64 turn, std::stop_token stop) {
    const auto fail = [&](const Error& error) {
        post(turn, [this, error] {
            setShare(-1);
            Q_EMIT failed(error);
        });
    };
    try {
        auto history = std::make_shared<RunHistory>(
            readRun(folder, stop, [&](double share) { post(turn, [this, share] { setShare(share); }); }));
        post(turn, [this, history] {
            setShare(-1);
            Q_EMIT finished(history);
        });
    } catch (const Error& error) {
        fail(error);
    } catch (const std::exception& error) {
        fail(Error(ErrorCode::Internal, folder.toStdString(), error.what()));
    }
}

void RunReader::read(const QString& folder) {
    const quint64 turn = ++m_turn;
    setShare(0);
    m_thread = std::jthread([this, folder, turn](std::stop_token stop) { work(folder, turn, std::move(stop)); });
}

void RunReader::cancel() {
    if (!reading()) return;
    ++m_turn;
    m_thread.request_stop();
    setShare(-1);
}

}  // namespace lorashear::ui
