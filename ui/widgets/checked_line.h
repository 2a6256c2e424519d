#pragma once

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace lorashear::ui {

/// One line to type in, checked when it is left or Enter is pressed. What is wrong is said in a sentence below it and nothing changes; the words
/// stay to be mended, Escape brings the former ones back. Optionally with a button that looks for the entry elsewhere.
class CheckedLine : public QWidget {
    Q_OBJECT
public:
    using Check = std::function<QString(const QString&)>;  ///< what is wrong with an entry, in a sentence; "": nothing
    explicit CheckedLine(QWidget* parent = nullptr);

    void setCheck(Check check) { m_check = std::move(check); }
    /// How an entry is tidied before it is checked ("~/x" to a whole path).
    void setTidy(std::function<QString(const QString&)> tidy) { m_tidy = std::move(tidy); }
    /// A button at the right; `browse` may call offer().
    QPushButton* addBrowse(const QString& objectName, const QString& accessibleName, std::function<void()> browse);
    /// As if it had been typed and Enter been pressed.
    void offer(const QString& entry);
    /// Enters what is typed, as if the line were left.
    void settle() { commit(); }
    /// What holds now. An entry that was refused stays as long as this does not change, unless `force`.
    void setValue(const QString& value, bool force = false);
    QLineEdit* line() const { return m_line; }
    QString problem() const;

Q_SIGNALS:
    void entered(const QString& entry);
    void problemChanged(const QString& problem);  ///< "": none any more

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void commit();
    void tell(const QString& problem);

    QLineEdit* m_line;
    QLabel* m_problem;
    QString m_value, m_told;
    Check m_check;
    std::function<QString(const QString&)> m_tidy;
};

}  // namespace lorashear::ui
