;;; hotload.el --- Errors of a running hotload in Emacs  -*- lexical-binding: t -*-

;; Start `hotload --locations .hotload-errors ...' in the project's folder, then
;; M-x hotload-errors shows the errors of the last run and goes to the first;
;; `next-error' (M-g n) visits its callers and causes. M-x hotload-run runs again.

;;; Code:

(require 'compile)

(defgroup hotload nil "Errors of a running hotload." :group 'tools)

(defcustom hotload-locations ".hotload-errors"
  "The file that `hotload --locations' writes, relative to the project's folder."
  :type 'file)

(defun hotload--folder ()
  "The nearest folder above the current one that has the file of locations."
  (or (locate-dominating-file default-directory hotload-locations)
      (user-error "No `%s' here or above; start hotload with --locations" hotload-locations)))

;;;###autoload
(defun hotload-errors ()
  "Show the errors of the last run, and go to the first."
  (interactive)
  (let ((default-directory (expand-file-name (hotload--folder)))
        (buffer (get-buffer-create "*hotload*")))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer)
        (setq default-directory (expand-file-name (hotload--folder)))
        ;; `first-error' looks for the first error below the first line.
        (insert "Errors of the last run\n")
        (goto-char (point-max))
        (insert-file-contents hotload-locations)
        (compilation-mode)
        ;; Visits notes, too: the callers and causes.
        (setq-local compilation-skip-threshold 0)
        (goto-char (point-min))))
    (if (zerop (file-attribute-size (file-attributes hotload-locations)))
        (message "hotload: no errors")
      (setq next-error-last-buffer buffer)
      (first-error))))

;;;###autoload
(defun hotload-run ()
  "Run again in the session of this folder."
  (interactive)
  (let ((default-directory (expand-file-name (hotload--folder))))
    (call-process "hotload" nil 0 nil "--send" "rerun")))

(provide 'hotload)
;;; hotload.el ends here
