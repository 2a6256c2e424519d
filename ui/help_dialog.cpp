#include "ui/help_dialog.h"

#include "ui/controller/places.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace lorashear::ui {

HelpDialog::HelpDialog(const QString& page, const QString& title, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("help_") + page);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    resize(760, 620);
    auto* column = new QVBoxLayout(this);
    auto* text = new QTextBrowser(this);
    text->setObjectName(QStringLiteral("helpText"));
    text->setAccessibleName(title);
    text->setOpenExternalLinks(true);
    QFile file(resourcesFolder() + QStringLiteral("/help/%1.md").arg(page));
    if (file.open(QIODevice::ReadOnly))
        text->setMarkdown(QString::fromUtf8(file.readAll()));
    else
        text->setPlainText(tr("The help page %1 is not there; the program's resources are not where it looks for them.")
                               .arg(file.fileName()));
    column->addWidget(text, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    column->addWidget(buttons);
}

}  // namespace lorashear::ui
