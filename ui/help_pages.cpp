#include "ui/help_pages.h"

#include "ui/controller/places.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStringList>

namespace lorashear::ui {

namespace {

const QString kContents = QStringLiteral("README");

QString readPage(const QString& id) {
    QFile file(helpFolder() + id + QStringLiteral(".md"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString firstHeading(const QString& markdown, const QString& otherwise) {
    const QString line = markdown.section(QLatin1Char('\n'), 0, 0);
    return line.startsWith(QLatin1String("# ")) ? line.mid(2).trimmed() : otherwise;
}

/// Ids in the order in which the table of contents links to them.
QStringList linkedPages(const QString& contents) {
    static const QRegularExpression link(QStringLiteral("\\]\\(([\\w-]+)\\.md(?:#[^)]*)?\\)"));
    QStringList ids;
    for (auto match = link.globalMatch(contents); match.hasNext();) ids << match.next().captured(1);
    return ids;
}

}  // namespace

QString helpFolder() {
    return resourcesFolder() + QStringLiteral("/help/");
}

std::vector<HelpPage> readHelpPages() {
    const QStringList files = QDir(helpFolder()).entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name);
    QStringList order = QStringList{kContents} + linkedPages(readPage(kContents));
    for (const QString& file : files) order << file.chopped(3);
    order.removeDuplicates();
    std::vector<HelpPage> pages;
    for (const QString& id : order) {
        if (!files.contains(id + QStringLiteral(".md"))) continue;
        const QString markdown = readPage(id);
        pages.push_back({id, firstHeading(markdown, id), markdown});
    }
    return pages;
}

QString headingAnchor(const QString& heading) {
    QString anchor;
    for (const QChar c : heading.toLower()) {
        if (c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('_')) anchor += c;
        if (c == QLatin1Char(' ')) anchor += QLatin1Char('-');
    }
    return anchor;
}

QString helpChapter(const QString& page, const QString& anchor) {
    QStringList chapter;
    for (const QString& line : readPage(page).split(QLatin1Char('\n'))) {
        const bool heading = line.startsWith(QLatin1String("# ")) || line.startsWith(QLatin1String("## "));
        if (heading && !chapter.isEmpty()) break;
        if (!chapter.isEmpty() || (heading && headingAnchor(line.section(QLatin1Char(' '), 1)) == anchor)) chapter << line;
    }
    return chapter.join(QLatin1Char('\n'));
}

QString troublePlace(const QString& error) {
    const QString page = QStringLiteral("troubleshooting");
    static const QRegularExpression heading(QStringLiteral("^### `(.+)`$"), QRegularExpression::MultilineOption);
    const QString markdown = readPage(page);
    for (auto match = heading.globalMatch(markdown); match.hasNext();) {
        const QString quoted = match.next().captured(1);
        QString pattern;  // "…" stands for what the program fills in
        for (const QString& piece : quoted.split(QStringLiteral("…"), Qt::SkipEmptyParts))
            pattern += (pattern.isEmpty() ? QString() : QStringLiteral(".*")) + QRegularExpression::escape(piece.trimmed());
        if (QRegularExpression(pattern, QRegularExpression::DotMatchesEverythingOption).match(error).hasMatch())
            return page + QLatin1Char('#') + headingAnchor(quoted);
    }
    return {};
}

}  // namespace lorashear::ui
