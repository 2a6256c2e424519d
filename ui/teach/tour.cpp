#include "ui/teach/tour.h"

#include "core/base/error.h"
#include "ui/controller/places.h"
#include "ui/teach/tour_actions.h"
#include "ui/teach/tour_figures.h"
#include "ui/theme/format.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <initializer_list>

namespace lorashear::ui {

namespace {

constexpr int kTourVersion = 1;

/// What a file of tours says, key by key; everything wrong ends in one error that names file and place.
class Reader {
public:
    Reader(QString file, QString where, QJsonObject object)
        : m_file(std::move(file)), m_where(std::move(where)), m_object(std::move(object)) {}

    void requireKeys(std::initializer_list<const char*> known) const {
        for (const QString& key : m_object.keys())
            if (std::none_of(known.begin(), known.end(), [&](const char* k) { return key == QLatin1String(k); }))
                fail(QStringLiteral("has a key that no tour has: %1").arg(key));
    }
    QString text(const char* key, bool required) const {
        const QJsonValue value = m_object.value(QLatin1String(key));
        if (value.isString() && !value.toString().isEmpty()) return value.toString();
        if (required || !value.isUndefined()) fail(QStringLiteral("needs a text under %1").arg(QLatin1String(key)));
        return {};
    }
    /// In the language of the window, where it has one.
    QString shown(const char* key, bool required) const { return coreText(text(key, required).toStdString()); }
    QJsonValue value(const char* key) const { return m_object.value(QLatin1String(key)); }
    [[noreturn]] void fail(const QString& why) const {
        throw Error(ErrorCode::BadInput, (m_file + m_where).toStdString(), why.toStdString());
    }

private:
    QString m_file, m_where;
    QJsonObject m_object;
};

/// A text is one string, or its paragraphs as a list.
QString paragraphs(const Reader& from) {
    const QJsonValue value = from.value("text");
    if (value.isString()) return from.shown("text", true);
    QStringList all;
    for (const QJsonValue one : value.toArray()) all << coreText(one.toString().toStdString());
    if (all.isEmpty() || all.contains(QString()))
        from.fail(QStringLiteral("needs a text, or a list of paragraphs, under text"));
    return all.join(QStringLiteral("\n\n"));
}

TourStep stepOf(const Reader& from) {
    from.requireKeys({"object", "page", "title", "text", "action"});
    TourStep step{from.text("object", true), from.text("page", false), from.shown("title", true), paragraphs(from),
                  from.text("action", false)};
    if (!step.action.isEmpty() && !tourAction(step.action))
        from.fail(QStringLiteral("asks for an action that there is not: %1").arg(step.action));
    for (const QString& name : figuresIn(step.text))
        if (!isTourFigure(name)) from.fail(QStringLiteral("names a figure that there is not: %1").arg(name));
    return step;
}

}  // namespace

Tour readTour(const QString& file) {
    QFile opened(file);
    if (!opened.open(QIODevice::ReadOnly)) throw Error(ErrorCode::BadInput, file.toStdString(), "cannot be read");
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(opened.readAll(), &problem);
    const Reader from(file, {}, document.object());
    if (!document.isObject())
        from.fail(problem.error == QJsonParseError::NoError ? QStringLiteral("is not a tour") : problem.errorString());
    from.requireKeys({"version", "title", "about", "steps"});
    if (from.value("version").toInt() != kTourVersion)
        from.fail(QStringLiteral("is of a version that this program does not read (it reads version %1)").arg(kTourVersion));
    Tour tour{QFileInfo(file).completeBaseName(), from.shown("title", true), from.shown("about", false), {}};
    int number = 0;
    for (const QJsonValue step : from.value("steps").toArray())
        tour.steps.push_back(stepOf(Reader(file, QStringLiteral(", step %1").arg(++number), step.toObject())));
    if (tour.steps.empty()) from.fail(QStringLiteral("has no steps"));
    return tour;
}

std::vector<Tour> shippedTours() {
    std::vector<Tour> tours;
    const QDir folder(resourcesFolder() + QStringLiteral("/tours"));
    for (const QString& name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        try {
            tours.push_back(readTour(folder.filePath(name)));
        } catch (const Error& error) {
            qWarning("The tour %s %s", error.subject().c_str(), error.message().c_str());
        }
    }
    return tours;
}

}  // namespace lorashear::ui
