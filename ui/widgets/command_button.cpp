#include "ui/widgets/command_button.h"

#include "ui/controller/studio.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>

namespace lorashear::ui {

CommandButton::CommandButton(const QString& objectName, const QString& what, Studio& studio, Command command,
                             QWidget* parent, std::function<QString()> preview)
    : QPushButton(tr("Copy command"), parent),
      m_studio(studio),
      m_what(what),
      m_command(std::move(command)),
      m_preview(std::move(preview)) {
    setObjectName(objectName);
    setAccessibleName(text());
    setAutoDefault(false);
    setToolTip(what);
    setAccessibleDescription(what);
    connect(this, &QPushButton::clicked, this, &CommandButton::copy);
}

QString CommandButton::preview() const {
    return m_preview ? m_preview() : m_command(nullptr);
}

/// The command changes with what is on the page: it is made when somebody looks.
void CommandButton::showPreview() {
    const QString command = preview();
    setToolTip(command.isEmpty() ? m_what : m_what + QLatin1Char('\n') + command);
    setAccessibleDescription(toolTip());
}

bool CommandButton::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) showPreview();
    return QPushButton::event(event);
}

void CommandButton::focusInEvent(QFocusEvent* event) {
    QPushButton::focusInEvent(event);
    showPreview();
}

void CommandButton::copy() {
    QString written;
    const QString command = m_command(&written);
    if (command.isEmpty()) return;
    QGuiApplication::clipboard()->setText(command);
    showPreview();
    Q_EMIT m_studio.noticed(written.isEmpty() ? tr("Copied: %1").arg(command)
                                              : tr("The recipe is saved as %1. Copied: %2").arg(written, command));
}

}  // namespace lorashear::ui
