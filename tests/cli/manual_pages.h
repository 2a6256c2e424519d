#pragma once

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <cmath>
#include <vector>

/// The pages of resources/help as a test reads them: what stands in them to be typed, and what is promised to come out.
namespace lorashear::testing {

inline const QString kHelpFolder = QStringLiteral(LORASHEAR_SOURCE_DIR "/resources/help/");

/// A fenced block. "```sh" is run; "```sh exit=3" must end with that code; the "```text" after it is what it prints.
struct FencedBlock {
    int line = 0;  ///< of its fence
    QString info;  ///< what stands behind the fence
    QStringList lines;
    QString language() const { return info.section(QLatin1Char(' '), 0, 0); }
    int exitCode() const { return info.section(QStringLiteral("exit="), 1).toInt(); }
};

inline QStringList manualPages() {
    return QDir(kHelpFolder).entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name);
}

inline QString manualPage(const QString& name) {
    QFile file(kHelpFolder + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

inline std::vector<FencedBlock> blocksOf(const QString& markdown) {
    std::vector<FencedBlock> blocks;
    bool inside = false;
    int number = 0;
    for (const QString& line : markdown.split(QLatin1Char('\n'))) {
        ++number;
        if (line.startsWith(QLatin1String("```"))) {
            if (!inside) blocks.push_back({number, line.mid(3).trimmed(), {}});
            inside = !inside;
        } else if (inside) {
            blocks.back().lines << line;
        }
    }
    return blocks;
}

/// Whether a line that was printed is the one that a page shows: blanks count as one, "…" stands for anything, whole numbers agree exactly and
/// decimal ones within a twentieth, since sums differ from machine to machine.
inline bool isShownLine(const QString& shown, const QString& printed) {
    static const QRegularExpression part(QStringLiteral("…|[0-9][0-9,]*\\.[0-9]+|\\s+|."));
    QString pattern;
    std::vector<double> wanted;
    const auto value = [](QString text) { return text.remove(QLatin1Char(',')).toDouble(); };
    for (auto match = part.globalMatch(shown.trimmed()); match.hasNext();) {
        const QString text = match.next().captured();
        if (text == QStringLiteral("…")) {
            pattern += QStringLiteral(".*");
        } else if (text.size() > 1 && text[0].isDigit()) {
            pattern += QStringLiteral("([0-9][0-9,]*\\.[0-9]+)");
            wanted.push_back(value(text));
        } else {
            pattern += text.trimmed().isEmpty() ? QStringLiteral("\\s+") : QRegularExpression::escape(text);
        }
    }
    const auto found = QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(printed.trimmed());
    if (!found.hasMatch()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (std::abs(value(found.captured(int(i) + 1)) - wanted[i]) > 0.05 * wanted[i]) return false;
    return true;
}

/// The first line of `shown` that `printed` lacks, in this order; "" when all are there.
inline QString missingLine(const QStringList& shown, const QStringList& printed) {
    int at = 0;
    for (const QString& line : shown) {
        if (line.trimmed().isEmpty() || line.trimmed() == QStringLiteral("…")) continue;
        while (at < printed.size() && !isShownLine(line, printed[at])) ++at;
        if (at++ >= printed.size()) return line;
    }
    return {};
}

}  // namespace lorashear::testing
