#include "ui/controller/dialogs.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>

namespace lorashear::ui {

namespace {

void openFileDialog(QFileDialog* dialog, Dialogs::Path chosen) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog, [chosen = std::move(chosen)](const QString& path) {
        if (!path.isEmpty()) chosen(path);
    });
    dialog->open();
}

}  // namespace

void QtDialogs::openFolder(QWidget* parent, const QString& title, const QString& start, Path chosen) {
    auto* dialog = new QFileDialog(parent, title, start);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly, false);
    openFileDialog(dialog, std::move(chosen));
}

void QtDialogs::openFile(QWidget* parent, const QString& title, const QString& start, const QString& filter, Path chosen) {
    auto* dialog = new QFileDialog(parent, title, start, filter);
    dialog->setFileMode(QFileDialog::ExistingFile);
    openFileDialog(dialog, std::move(chosen));
}

void QtDialogs::saveFile(QWidget* parent, const QString& title, const QString& start, const QString& filter, Path chosen) {
    auto* dialog = new QFileDialog(parent, title, start, filter);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    openFileDialog(dialog, std::move(chosen));
}

void QtDialogs::ask(QWidget* parent, const QString& question, const QString& detail, const QString& yes, const QString& no,
                    std::function<void(bool)> answered) {
    auto* box = new QMessageBox(QMessageBox::Question, question, question, QMessageBox::NoButton, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(detail);
    QPushButton* accept = box->addButton(yes, QMessageBox::AcceptRole);
    QPushButton* reject = box->addButton(no, QMessageBox::RejectRole);
    box->setDefaultButton(reject);
    box->setEscapeButton(reject);
    QObject::connect(box, &QMessageBox::finished, box,
                     [box, accept, answered = std::move(answered)] { answered(box->clickedButton() == accept); });
    box->open();
}

}  // namespace lorashear::ui
