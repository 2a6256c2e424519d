#include "ui/controller/command_lines.h"

#include "core/run/run_folder.h"
#include "ui/controller/session.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

namespace lorashear::ui {

namespace {

QString command(const QStringList& words) {
    QStringList quoted(QStringLiteral("lorashear"));
    for (const QString& word : words) quoted << shellWord(word);
    return quoted.join(QLatin1Char(' '));
}

QString modelOf(const Session& session) {
    return session.model() ? QString::fromStdString(session.model()->path) : QString();
}

/// What a run's result is compared with is what the run started from, whatever the recipe says by now.
Recipe::Model originalOf(const Session& session) {
    const RunState& run = session.run();
    try {
        if (!run.folder.empty()) return RunFolder::open(run.folder).recipe().model;
    } catch (const Error&) {  // gone: the open model it is
    }
    return session.recipe().model;
}

}  // namespace

QString shellWord(const QString& text) {
    static const QRegularExpression kPlain(QStringLiteral("^[A-Za-z0-9_./+:@%-]+$"));
    if (kPlain.match(text).hasMatch()) return text;
    QString inside = text;
    return QLatin1Char('\'') + inside.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString inspectCommand(const Session& session) {
    const QString model = modelOf(session);
    return model.isEmpty() ? QString() : command({QStringLiteral("inspect"), model});
}

QString graphCommand(const Session& session) {
    const QString model = modelOf(session);
    return model.isEmpty()
               ? QString()
               : command({QStringLiteral("inspect"), model, QStringLiteral("--graph"), QStringLiteral("--json")});
}

QString generateCommand(const Session& session, const QString& prompt, int tokens, double temperature, quint64 seed,
                        bool chat) {
    if (modelOf(session).isEmpty()) return {};
    const QString folder = QString::fromStdString(session.run().folder);
    const bool pruned = !folder.isEmpty() && QFileInfo::exists(folder + QStringLiteral("/model"));
    const Recipe::Model before = pruned ? originalOf(session) : session.recipe().model;
    QStringList how{QStringLiteral("--prompt"),      prompt,
                    QStringLiteral("--max-tokens"),  QString::number(tokens),
                    QStringLiteral("--temperature"), QString::number(temperature),
                    QStringLiteral("--seed"),        QString::number(seed)};
    if (chat) how << QStringLiteral("--chat");
    QStringList first{QStringLiteral("generate"), QString::fromStdString(before.path)};
    if (!before.adapter.empty()) first << QStringLiteral("--adapter") << QString::fromStdString(before.adapter);
    QString both = command(first + how);
    if (pruned) both += QStringLiteral(" && ") + command(QStringList{QStringLiteral("generate"), folder} + how);
    return both;
}

QString exportCommand(const Session& session, const QString& destination, const QString& format, const QString& dtype) {
    const QString folder = QString::fromStdString(session.run().folder);
    if (folder.isEmpty() || destination.trimmed().isEmpty()) return {};
    return command({QStringLiteral("export"), folder, QStringLiteral("--out"), destination, QStringLiteral("--format"),
                    format, QStringLiteral("--dtype"), dtype});
}

QString resumeCommand(const QString& folder) {
    return command({QStringLiteral("resume"), folder});
}

}  // namespace lorashear::ui
