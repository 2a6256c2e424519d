#include "ui/controller/command_lines.h"

#include "ui/controller/session.h"

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

QString generateCommand(const std::vector<ComparedModel>& models, const QString& prompt, int tokens, double temperature,
                        quint64 seed, bool chat) {
    QStringList how{QStringLiteral("--prompt"),      prompt,
                    QStringLiteral("--max-tokens"),  QString::number(tokens),
                    QStringLiteral("--temperature"), QString::number(temperature),
                    QStringLiteral("--seed"),        QString::number(seed)};
    if (chat) how << QStringLiteral("--chat");
    QStringList commands;
    for (const ComparedModel& model : models) {
        if (model.path.empty() || model.beforeRecovery) continue;
        QStringList words{QStringLiteral("generate"), QString::fromStdString(model.path)};
        if (!model.adapter.empty()) words << QStringLiteral("--adapter") << QString::fromStdString(model.adapter);
        commands << command(words + how);
    }
    return commands.join(QStringLiteral(" && "));
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
