#include "ui/controller/recent_places.h"

#include "ui/controller/project_files.h"

#include <QFileInfo>

#include <exception>
#include <utility>

namespace lorashear::ui {

namespace {

RecentPlace placeOf(const QString& path) {
    RecentPlace place;
    place.there = QFileInfo::exists(path);
    return place;
}

RecentPlace projectAt(const QString& folder) {
    RecentPlace place;
    try {
        const ProjectState state = readProject(folder);
        place.model = state.model();
        place.at = state.at;
        place.look = QImage(folder + QStringLiteral("/thumbnail.png"));
    } catch (const std::exception& error) {  // whatever it is: on a thread nobody else would catch it
        place.there = isProjectFolder(folder);
        place.problem = QString::fromStdString(error.what());
    }
    return place;
}

}  // namespace

RecentPlaces::~RecentPlaces() {
    m_thread = {};  // one place at most is waited for
}

const RecentPlace* RecentPlaces::known(const QString& path) const {
    const auto at = m_known.find(path);
    return at == m_known.end() ? nullptr : &at->second;
}

void RecentPlaces::look(const QStringList& projects, const QStringList& others) {
    if (m_looking)
        m_next = Wanted{projects, others};
    else
        begin({projects, others});
}

void RecentPlaces::begin(Wanted wanted) {
    m_looking = true;
    m_thread = std::jthread([this, wanted = std::move(wanted)](const std::stop_token& stop) {
        Known known;
        for (const QString& folder : wanted.projects)
            if (!stop.stop_requested()) known.emplace(folder, projectAt(folder));
        for (const QString& path : wanted.others)
            if (!stop.stop_requested()) known.emplace(path, placeOf(path));
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(
            this, [this, known = std::move(known)]() mutable { take(std::move(known)); }, Qt::QueuedConnection);
    });
}

void RecentPlaces::take(Known known) {
    m_looking = false;
    const bool news = known != m_known;
    m_known = std::move(known);
    if (m_next) begin(*std::exchange(m_next, std::nullopt));
    if (news) Q_EMIT changed();
}

}  // namespace lorashear::ui
