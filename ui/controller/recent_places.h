#pragma once

#include <QDateTime>
#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <thread>

namespace lorashear::ui {

/// What the disk says of a place that was opened before.
struct RecentPlace {
    bool there = true;
    QString model, problem;  ///< of projects: its model's path; why it cannot be read, "" when it can
    QDateTime at;            ///< of projects: when it was saved
    QImage look;             ///< of projects: how it looked
    bool operator==(const RecentPlace&) const = default;
};

/// Looks at recent places on a thread of its own: a disk that has gone to sleep, or a folder of another machine, holds up no window. GUI thread only.
class RecentPlaces : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~RecentPlaces() override;

    void look(const QStringList& projects, const QStringList& others);  ///< from now on at these
    const RecentPlace* known(const QString& path) const;                ///< null: not looked at yet

Q_SIGNALS:
    void changed();

private:
    using Known = std::map<QString, RecentPlace>;
    struct Wanted {
        QStringList projects, others;
    };
    void begin(Wanted wanted);
    void take(Known known);

    Known m_known;
    std::optional<Wanted> m_next;  ///< asked for while another was under way
    bool m_looking = false;
    std::jthread m_thread;
};

}  // namespace lorashear::ui
