#include "ui/controller/dialogs.h"

#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
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

/// Qt's own dialog, as those of desktops take files or folders but not both.
class AnyDialog : public QFileDialog {
public:
    AnyDialog(QWidget* parent, const QString& title, const QString& start, const QString& filter,
              std::function<bool(const QString&)> isWhole)
        : QFileDialog(parent, title, start, filter), m_isWhole(std::move(isWhole)) {
        setOption(QFileDialog::DontUseNativeDialog);
        setFileMode(QFileDialog::ExistingFile);
    }
    void accept() override {
        const QString path = selectedFiles().value(0);
        if (!QFileInfo(path).isDir() || !m_isWhole(path)) return QFileDialog::accept();
        Q_EMIT fileSelected(path);
        done(QDialog::Accepted);
    }

private:
    std::function<bool(const QString&)> m_isWhole;
};

}  // namespace

void QtDialogs::openAny(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                        std::function<bool(const QString&)> isWhole, Path chosen) {
    openFileDialog(new AnyDialog(parent, title, start, filter, std::move(isWhole)), std::move(chosen));
}

void QtDialogs::askToKeep(QWidget* parent, const QString& question, const QString& detail,
                          std::function<void(Keep)> answered) {
    auto* box = new QMessageBox(QMessageBox::Question, question, question, QMessageBox::NoButton,
                                parent ? parent : QApplication::activeWindow());
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(detail);
    QAbstractButton* save = box->addButton(QMessageBox::Save);
    QAbstractButton* discard = box->addButton(QMessageBox::Discard);
    box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(QMessageBox::Save);
    QObject::connect(box, &QMessageBox::finished, box, [box, save, discard, answered = std::move(answered)] {
        const QAbstractButton* pressed = box->clickedButton();
        answered(pressed == save ? Keep::Save : pressed == discard ? Keep::Discard : Keep::Stay);
    });
    box->open();
}

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
    if (filter.contains(QLatin1String("(*.json)"))) dialog->setDefaultSuffix(QStringLiteral("json"));
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
